import { useNavigate } from '@tanstack/react-router'
import { Button } from 'antd'
import { z } from 'zod'
import { useCommand } from '#kernel/web'
import { Icon, Page, RecordForm } from '#ui'
import { directoryApi, importKinds } from '../../contract.ts'
import { directory } from '../client.ts'
import { AdminNav } from './AdminNav.tsx'
import { useUnitSource } from './use-pickers.ts'
import { options } from './words.ts'

const Upload = directoryApi.uploadImport.input.extend({
  kind: directoryApi.uploadImport.input.shape.kind.removeDefault(),
  files: z.array(z.instanceof(File)).length(1, '请选择一个表格文件'),
})

/** 上传表格: the first step; what follows has an address of its own. */
export function NewImportPage() {
  const navigate = useNavigate()
  const units = useUnitSource()
  const upload = useCommand(directory.uploadImport, { quiet: true })
  return (
    <Page
      watermark
      title="上传表格"
      sentence="支持 .xlsx 和 .csv，第一行是列名。先下载模板，或直接用您自己的表格，下一步再对应列。"
      above={<AdminNav />}
    >
      <div className="qt-row" style={{ flexWrap: 'wrap', marginBottom: 'var(--s-24)' }}>
        {options(importKinds).map(({ value, label }) => (
          <Button
            key={value}
            href={directory.importTemplate.url({ kind: value })}
            icon={<Icon name="download" size={16} />}
            download
          >
            {label}模板
          </Button>
        ))}
      </div>
      <RecordForm
        id="import.new"
        schema={Upload}
        initial={{ kind: 'people' }}
        groups={[
          {
            title: '文件',
            fields: [
              { name: 'kind', label: '导入什么', kind: 'select', options: options(importKinds) },
              {
                name: 'unitId',
                label: '为哪个单位',
                help: '表格里没写单位的行归到这里，单位名称也先在这里找；不选就是您自己的单位',
                kind: 'unit',
                ...units,
              },
              { name: 'files', label: '表格', kind: 'files', accept: '.xlsx,.csv', most: 1, maxBytes: 1024 ** 3 },
            ],
          },
        ]}
        submitLabel="上传，下一步"
        onSubmit={({ files, ...input }) => upload.mutateAsync({ ...input, file: files[0] })}
        onDone={(run) => void navigate({ to: '/organization/imports/$id', params: { id: run.id } })}
      />
    </Page>
  )
}
