/**
 * Flags of every server process (package.json says the same for npm scripts). A young generation of 3 × 16 MB instead of up to 192: its
 * collections take 2–4 ms instead of 5–45, which is what the slowest hundredth of the requests waited for, and the server stays 100–300 MB smaller
 * (docs/performance.md).
 */
export const nodeFlags = ['--max-semi-space-size=16'] as const
