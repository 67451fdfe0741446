/**
 * Text that a spreadsheet would run as a formula when it opens a CSV: = + - @ or their full-width forms, also
 * behind blanks, and a leading TAB, CR or LF (OWASP "CSV Injection"). The apostrophes in front keep the rule reversible.
 */
const DANGEROUS = /^'*(?:[\t\r\n]|\s*[=+\-@＝＋－＠])/
const GUARDED = /^'+(?:[\t\r\n]|\s*[=+\-@＝＋－＠])/

/** Puts one apostrophe before dangerous text, and before text that already looks guarded. */
export function guardFormula(text: string): string {
  return DANGEROUS.test(text) ? `'${text}` : text
}

/** Takes away exactly the apostrophe that guardFormula put there: unguardFormula(guardFormula(x)) === x for every x. */
export function unguardFormula(text: string): string {
  return text.charCodeAt(0) === 39 && GUARDED.test(text) ? text.slice(1) : text
}
