import { SectionNav } from '#ui'
import './certificates.css'

const pages = [
  { to: '/certificates', title: '证书' },
  { to: '/certificates/anchors', title: '信任的根' },
] as const

export const CertificatesNav = () => <SectionNav label="证书" pages={pages} />
