/** The mark: 齐 in strokes. Decoration; the link around it carries the name. */
export function Logo({ size = 32 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden="true">
      <rect width="32" height="32" rx="8" fill="var(--primary)" />
      <path
        fill="none"
        stroke="var(--on-fill)"
        strokeWidth="2.2"
        strokeLinecap="round"
        strokeLinejoin="round"
        d="M16 6.2v3M8 10.5h16M10.5 11c1.5 4 5.5 6.5 12 8M21.5 11c-1.5 4-5.5 6.5-12 8M12.8 19.500c0 3-.8 5-2.8 6.500M19.2 19.500V26"
      />
    </svg>
  )
}
