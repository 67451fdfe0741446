import { spawn } from 'node:child_process'
import path from 'node:path'
import { nodeFlags } from './node-flags.ts'

/** `npm run dev`: the server restarts when its code changes, the browser reloads what changed; open the web's address. */
const root = path.resolve(import.meta.dirname, '..')
const start = (args: readonly string[]) => spawn(process.execPath, args, { cwd: root, stdio: 'inherit' })

const watched = ['kernel', 'platform', 'modules', 'app'].map((folder) => `--watch-path=${path.join(root, folder)}`)
const server = start([...nodeFlags, '--watch', ...watched, '--watch-preserve-output', 'app/start.ts'])
const web = start([path.join(root, 'node_modules/vite/bin/vite.js')])
const end = (): void => {
  server.kill('SIGTERM')
  web.kill('SIGTERM')
}
process.once('SIGINT', end)
process.once('SIGTERM', end)
server.once('exit', () => web.kill('SIGTERM'))
web.once('exit', () => server.kill('SIGTERM'))
