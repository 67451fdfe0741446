const PNG = 0x89
/** The size of a PNG in its own pixels (RFC 2083 §4.1.1: IHDR comes first); nothing when it is none. */
export const pngSize = (bytes: Uint8Array): { width: number; height: number } | undefined => {
  if (bytes.length < 24 || bytes[0] !== PNG) return undefined
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const [width, height] = [view.getUint32(16), view.getUint32(20)]
  return width > 0 && height > 0 ? { width, height } : undefined
}

/** As large as the room allows, never larger than it is. */
export const fitted = (size: { width: number; height: number }, room: { width: number; height: number }) => {
  const scale = Math.min(1, room.width / size.width, room.height / size.height)
  return { width: size.width * scale, height: size.height * scale }
}
