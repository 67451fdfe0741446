import { readdirSync } from 'node:fs'
import { join } from 'node:path'

const SKIPPED = new Set(['node_modules', '.git', '.cache', 'data', 'dist', 'release', 'reports'])
const SKIPPED_ANYWHERE = new Set(['node_modules', 'test-results', 'playwright-report'])
const SOURCE = /\.(tsx?|mts|cts|jsx?|mjs|cjs|css|sql)$/

/** Every source file under `root`, as sorted paths relative to it with forward slashes. */
export function sourceFiles(root: string): string[] {
  const found: string[] = []
  const walk = (folder: string): void => {
    for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
      const path = folder ? `${folder}/${entry.name}` : entry.name
      const skipped = SKIPPED_ANYWHERE.has(entry.name) || (!folder && SKIPPED.has(entry.name))
      if (entry.isDirectory() && !skipped) walk(path)
      if (entry.isFile() && SOURCE.test(entry.name)) found.push(path)
    }
  }
  walk('')
  return found.sort()
}

const TEST = /(\.(test|spec)\.tsx?$|(^|\/|-)testing\.ts$|^kernel\/testing\/|^e2e\/)/
const WEB = /(^(platform|modules|packs)\/[^/]+\/web\/|^kernel\/web\/|^ui\/|^app\/web(\/|\.tsx?$))/
const SHIPPED = /^(kernel|platform|modules|packs|app|ui)\//

export const isTest = (path: string) => TEST.test(path)
/** Code that runs in the server process, tests left aside. */
export const isServer = (path: string) => SHIPPED.test(path) && !WEB.test(path) && !isTest(path)
