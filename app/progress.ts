/** A line that grows on a terminal; plain lines, one a phase, where the output is a file. */
export const progressBar = (out: NodeJS.WriteStream = process.stdout) => {
  const live = out.isTTY
  let last = ''
  const line = (text: string): void => {
    if (text === last) return
    last = text
    if (live) out.write(`\r\x1b[2K${text}`)
  }
  let phaseShown = ''
  return {
    step(name: string): void {
      if (live) line(`… ${name}`)
      else out.write(`… ${name}\n`)
    },
    progress(phase: string, done: number, total: number): void {
      const share = total > 0 ? Math.min(1, done / total) : 0
      const filled = Math.round(share * 30)
      if (live)
        line(
          `${'█'.repeat(filled)}${'░'.repeat(30 - filled)} ${Math.round(share * 100)}% ${phase} ${done.toLocaleString('zh-CN')}`,
        )
      else if (phase !== phaseShown) out.write(`… ${phase}\n`)
      phaseShown = phase
    },
    end(): void {
      if (live) out.write('\r\x1b[2K')
    },
  }
}
