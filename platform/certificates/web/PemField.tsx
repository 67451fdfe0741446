import { Button, Input } from 'antd'
import { useRef } from 'react'
import { Field, Icon, toast } from '#ui'

const MOST_BYTES = 300_000
const toBase64 = (bytes: Uint8Array): string => btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''))

/** The text of a file: PEM as it is, DER in Base64. */
const textOf = async (file: File): Promise<string> => {
  const bytes = new Uint8Array(await file.arrayBuffer())
  return bytes[0] === 0x30 ? toBase64(bytes) : new TextDecoder().decode(bytes)
}

interface Props {
  label: string
  value: string
  onChange: (value: string) => void
}

/** Certificates, pasted or out of a file. */
export function PemField({ label, value, onChange }: Props) {
  const file = useRef<HTMLInputElement>(null)
  const take = async (chosen: File | undefined) => {
    if (!chosen) return
    if (chosen.size > MOST_BYTES) toast.failed('文件过大，不像是证书。')
    else onChange(await textOf(chosen))
  }
  return (
    <>
      <Field label={label} help="粘贴 PEM 文本，或者选择 .pem、.cer、.crt 文件" required>
        {({ status, ...control }) => (
          <Input.TextArea
            {...control}
            status={status}
            rows={8}
            className="ce-code"
            placeholder="-----BEGIN CERTIFICATE-----"
            value={value}
            onChange={(event) => onChange(event.target.value)}
          />
        )}
      </Field>
      <input
        ref={file}
        type="file"
        hidden
        accept=".pem,.cer,.crt,.der,.txt"
        aria-label={`${label}的文件`}
        onChange={(event) => {
          void take(event.target.files?.[0])
          event.target.value = ''
        }}
      />
      <Button icon={<Icon name="upload" size={16} />} onClick={() => file.current?.click()}>
        选择文件
      </Button>
    </>
  )
}
