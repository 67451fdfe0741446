import { useCommand } from '#kernel/web'
import { ConfirmButton, format, Icon } from '#ui'
import type { Notice } from '../contract.ts'
import { notices } from './client.ts'

/** The files of a notice; with `removable` (in the editor) each can be taken away. */
export function Attachments({ notice, removable = false }: { notice: Notice; removable?: boolean }) {
  const detach = useCommand(notices.detach)
  if (notice.attachments.length === 0) return null
  const { id } = notice
  return (
    <section className="nt-files" aria-label="附件">
      <h3>附件（{notice.attachments.length}）</h3>
      <ul>
        {notice.attachments.map((file) => (
          <li key={file.id}>
            <Icon name="attachment" size={16} />
            <a
              className="qt-grow qt-ellipsis"
              href={notices.attachment.url({ id, fileId: file.id, inline: true })}
              target="_blank"
              rel="noopener"
            >
              {file.name}
            </a>
            <span className="qt-tiny qt-quiet">{format.bytes(file.size)}</span>
            {removable ? (
              <ConfirmButton
                size="small"
                verb="删除"
                name={file.name}
                onConfirm={() => detach.mutateAsync({ id, fileId: file.id })}
              />
            ) : (
              <a
                className="qt-ib"
                aria-label={`下载${file.name}`}
                href={notices.attachment.url({ id, fileId: file.id })}
              >
                <Icon name="download" size={16} />
              </a>
            )}
          </li>
        ))}
      </ul>
    </section>
  )
}
