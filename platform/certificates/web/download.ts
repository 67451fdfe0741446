/** Gives a text to the person as a file. */
export const downloadText = (name: string, text: string): void => {
  const address = URL.createObjectURL(new Blob([text], { type: 'application/x-pem-file' }))
  const link = document.createElement('a')
  link.href = address
  link.download = name
  link.click()
  // after the click has begun to read it
  setTimeout(() => URL.revokeObjectURL(address), 10_000)
}
