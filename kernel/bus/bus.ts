export type JsonValue = null | boolean | number | string | readonly JsonValue[] | { readonly [name: string]: JsonValue }

/** Each handler gets a copy of its own. What it throws or rejects with goes to `onError`. */
export type BusHandler = (data: JsonValue, subject: string) => void | Promise<void>

/**
 * The port that carries hints between the processes of an installation: "something changed, look". A hint may be lost (no connection,
 * a process starting), so nothing may depend on its arrival; what must happen travels in the outbox.
 */
export type Bus = {
  /** Sends to every subscriber of this and the other processes; returns before they run. A subject is tokens of letters, digits, `-`
   * and `_` joined by dots. Throws RangeError on a bad subject or more than 64 KiB of JSON, TypeError on what is no JSON. */
  publish(subject: string, data: JsonValue): void
  /** `*` stands for one token, a last `>` for one or more. Returns how to stop. */
  subscribe(pattern: string, handler: BusHandler): () => void
  /** Whether hints reach the other processes just now. Always true in-process. */
  healthy(): boolean
  close(): Promise<void>
}

export type BusOptions = {
  /** `nats://[user:password@]host:port`, several joined by commas, `tls://` to insist on TLS. Without it the bus stays in-process. */
  url?: string
  /** Names this process to the NATS server. */
  name: string
  /** Hears handler errors, unreadable messages, and the loss of the connection (once, not at each new attempt). Must not throw. */
  onError: (error: unknown, subject?: string) => void
}
