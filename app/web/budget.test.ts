import { expect, it } from 'vitest'
import { initialScripts } from './budget.ts'

it('counts the entry and what it imports at once, not what it fetches later', () => {
  const manifest = {
    'index.html': { file: 'assets/index.js', isEntry: true, imports: ['_a.js', '_b.js'], dynamicImports: ['Page.tsx'] },
    '_a.js': { file: 'assets/a.js', imports: ['_b.js', 'index.html'] },
    '_b.js': { file: 'assets/b.js', css: ['assets/b.css'] },
    'Page.tsx': { file: 'assets/page.js', imports: ['_c.js'] },
    '_c.js': { file: 'assets/c.js' },
    'style.css': { file: 'assets/style.css', isEntry: true },
  }
  expect(initialScripts(manifest).sort()).toEqual(['assets/a.js', 'assets/b.js', 'assets/index.js'])
})
