import { format, Icon } from '#ui'
import type { Opinion } from '../../contract.ts'
import { tasks } from '../client.ts'
import './opinion.css'

/** What was kept with an opinion: handwriting, attachments, whom it mentions; the text as well unless it stands above already. */
export function OpinionView({ opinion, withText = false }: { opinion: Opinion; withText?: boolean }) {
  const { id, text, handwritten, files, mentions } = opinion
  return (
    <div className="op-view">
      {withText && text !== '' && <p>{text}</p>}
      {handwritten && <img src={tasks.opinionInk.url({ id })} alt="手写意见" />}
      {files.length > 0 && (
        <ul>
          {files.map((file) => (
            <li key={file.id}>
              <Icon name="attachment" size={16} />
              <a href={tasks.opinionFile.url({ id, fileId: file.id })}>{file.name}</a>
              <span className="qt-tiny qt-quiet">{format.bytes(file.size)}</span>
            </li>
          ))}
        </ul>
      )}
      {mentions.length > 0 && <p className="qt-small qt-second">提到了{mentions.map(({ name }) => name).join('、')}</p>}
    </div>
  )
}
