import { Link } from '@tanstack/react-router'
import { Button } from 'antd'
import { Icon } from '#ui'
import type { Issued } from '../contract.ts'
import { downloadText } from './download.ts'

/** What to take away; the private key is here for this once. */
export function IssuedView({ issued }: { issued: Issued }) {
  const name = issued.id.slice(-12)
  const icon = <Icon name="download" size={16} />
  return (
    <div className="ce-issued">
      {issued.privateKey !== null && (
        <section>
          <h2 className="qt-section">私钥</h2>
          <p>请现在就下载，离开这个页面后不能再取。文件用刚才填写的口令加密，请与口令分开保管。</p>
          <Button type="primary" icon={icon} onClick={() => downloadText(`${name}.key.pem`, issued.privateKey!)}>
            下载私钥
          </Button>
        </section>
      )}
      <section>
        <h2 className="qt-section">证书</h2>
        <p>证书可以随时在列表里再下载。证书链里还有签发机构的证书，交给网关时用它。</p>
        <div className="ce-actions">
          <Button icon={icon} onClick={() => downloadText(`${name}.pem`, issued.certificate)}>
            下载证书
          </Button>
          <Button icon={icon} onClick={() => downloadText(`${name}.chain.pem`, issued.certificate + issued.chain)}>
            下载证书链
          </Button>
        </div>
      </section>
      <p>
        <Link to="/certificates" search={{ row: issued.id }}>
          在列表里查看
        </Link>
      </p>
    </div>
  )
}
