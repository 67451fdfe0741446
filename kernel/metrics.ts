import { collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'

export interface Metrics {
  request(method: string, route: string, status: number, ms: number): void
  gauge(name: string, help: string, read: () => number | Promise<number>): void
  text(): Promise<string>
}

/** Prometheus metrics; routes are patterns, never paths with ids, so the series stay few. */
export const createMetrics = (): Metrics => {
  const register = new Registry()
  collectDefaultMetrics({ register, prefix: 'qitong_' })
  const duration = new Histogram({
    name: 'qitong_http_request_seconds',
    help: 'Duration of HTTP requests',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10],
    registers: [register],
  })
  return {
    request: (method, route, status, ms) => duration.observe({ method, route, status: String(status) }, ms / 1000),
    gauge(name, help, read) {
      new Gauge({
        name,
        help,
        registers: [register],
        async collect() {
          this.set(await read())
        },
      })
    },
    text: () => register.metrics(),
  }
}
