/** The round mark of a person: the last two characters of the name. Decoration: the name stands beside it. */
export function Avatar({ name, tone = 'calm', large }: { name: string; tone?: 'calm' | 'own'; large?: boolean }) {
  return (
    <span className={`qt-avatar${tone === 'own' ? ' own' : ''}${large ? ' large' : ''}`} aria-hidden="true">
      {lastTwo(name)}
    </span>
  )
}

/** By characters, not by UTF-16 units: rare surnames lie outside the basic plane. */
export const lastTwo = (name: string): string => [...name.trim()].slice(-2).join('')
