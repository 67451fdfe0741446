import { Modal } from 'antd'
import { createRoot } from 'react-dom/client'
import { toast, UiProvider } from '#ui'
import type { Way } from '../contract.ts'
import { identity } from './client.ts'
import { ProofForm } from './ProofForm.tsx'

/** Asks for a factor again, over whatever page is open; answers whether it was shown. */
export const askAgain = async (reason: string): Promise<boolean> => {
  try {
    const { ways } = await identity.startVerify({})
    return await ask(ways, reason)
  } catch (error) {
    toast.error(error)
    return false
  }
}

const ask = (ways: readonly Way[], reason: string): Promise<boolean> => {
  const place = document.createElement('div')
  document.body.append(place)
  const root = createRoot(place)
  return new Promise<boolean>((resolve) => {
    const close = (shown: boolean) => {
      root.unmount()
      place.remove()
      resolve(shown)
    }
    root.render(
      <UiProvider>
        <Modal
          open
          title="再次确认是您本人"
          footer={null}
          width={440}
          maskClosable={false}
          onCancel={() => close(false)}
        >
          <p className="qt-second id-why">{reason}确认后会接着完成刚才的操作，10 分钟内不再问。</p>
          <ProofForm
            ways={ways}
            verb="确认"
            passkey={async () => (await identity.startVerify({})).passkey!}
            sms={async () => (await identity.startVerify({ sms: true })).sms!}
            submit={async (proof) => {
              await identity.verify({ proof })
              close(true)
            }}
          />
        </Modal>
      </UiProvider>,
    )
  })
}
