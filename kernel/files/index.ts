export { createLocalFileStore } from './local.ts'
export { safeFileName } from './name.ts'
export { contentDisposition, fileHeaders } from './serving.ts'
export { type ByteRange, FileError, type FileStore, type PutOptions, type StoredFile } from './store.ts'
