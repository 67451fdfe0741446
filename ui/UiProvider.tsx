import { ConfigProvider } from 'antd'
import zhCN from 'antd/locale/zh_CN'
import { type ReactNode, useMemo } from 'react'
import { useLargePrint, usePhone, useReducedMotion } from './preferences.ts'
import { antdTheme } from './theme.ts'
import { Toasts } from './toast.tsx'
import './tokens.css'
import './base.css'
import './print.css'
import './form/form.css'

/** Theme, Chinese words of the controls, toasts: once around everything. */
export function UiProvider({ children }: { children: ReactNode }) {
  const [large] = useLargePrint()
  const phone = usePhone()
  const still = useReducedMotion()
  const theme = useMemo(() => {
    const made = antdTheme({ large, phone })
    return still ? { ...made, token: { ...made.token, motion: false } } : made
  }, [large, phone, still])
  return (
    <ConfigProvider theme={theme} locale={zhCN} button={{ autoInsertSpace: false }} wave={{ disabled: true }}>
      {children}
      <Toasts />
    </ConfigProvider>
  )
}
