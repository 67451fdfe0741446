/** The small dot between two facts of one line. */
export function Dot() {
  return <i className="qt-dot" aria-hidden="true" />
}
