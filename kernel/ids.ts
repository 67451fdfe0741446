import { v7, validate } from 'uuid'

/** UUIDv7 (RFC 9562 §5.7): ordered by time, so that new rows land at the end of their index. */
export const newId = (): string => v7()
export const isId = (text: string): boolean => validate(text)
