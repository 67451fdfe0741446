import { z } from 'zod'
import { defineApi, del, download, Empty, get, Id, Moment, post, put, upload } from '#kernel/contract'

export const PHRASES = 30
/** files of one opinion, bytes of one file */
export const OPINION_FILES = 10
export const OPINION_FILE_BYTES = 50 * 1024 * 1024
const PNG_CHARACTERS = 400_000
const POINTS = 20_000

/** What a hand wrote: points as x, y, pressure and milliseconds since the stroke began, in the pixels of a field of this size. */
const Strokes = z.object({
  width: z.number().min(1).max(4000),
  height: z.number().min(1).max(4000),
  strokes: z
    .array(
      z.object({
        min: z.number().min(0.1).max(20),
        max: z.number().min(0.1).max(20),
        points: z.array(z.tuple([z.number(), z.number(), z.number(), z.number()])).min(1),
      }),
    )
    .min(1, '还没有写。')
    .max(1000)
    .refine(
      (strokes) => strokes.reduce((sum, { points }) => sum + points.length, 0) <= POINTS,
      '写得太长了，请分成几次。',
    ),
})
export type Strokes = z.infer<typeof Strokes>
/** With its picture, as every reader sees it. */
const Ink = Strokes.extend({ png: z.base64().max(PNG_CHARACTERS, '图片太大，请写小一些。') })
export type Ink = z.infer<typeof Ink>

const File = z.object({ id: z.uuid(), name: z.string(), mediaType: z.string(), size: z.number().int() })
export type OpinionFile = z.infer<typeof File>
export const Opinion = z.object({
  id: z.uuid(),
  text: z.string(),
  handwritten: z.boolean(),
  files: z.array(File),
  mentions: z.array(z.object({ personId: z.uuid(), name: z.string() })),
  /** null while it is a draft */
  keptAt: Moment.nullable(),
})
export type Opinion = z.infer<typeof Opinion>

/** What goes with a text when it is given: the draft that holds handwriting and files, and who is mentioned. */
export const OpinionExtras = z.object({
  draftId: z.uuid().optional(),
  mentions: z.array(z.uuid()).max(20, '一次最多提到 20 人。').optional(),
})
export type OpinionExtras = z.infer<typeof OpinionExtras>

const permission = 'tasks:read'
const label = 'personal'
const OfFile = Id.extend({ fileId: z.uuid() })
const phrase = z.string().trim().min(1, '常用语不能是空的。').max(200, '一条最多 200 个字。')

export const opinionsApi = defineApi({
  phrases: get('/api/tasks/phrases', {
    summary: '我的常用意见',
    permission,
    input: Empty,
    output: z.object({ texts: z.array(z.string()) }),
  }),
  setPhrases: put('/api/tasks/phrases', {
    summary: '保存常用意见',
    permission,
    input: z.object({
      texts: z
        .array(phrase)
        .max(PHRASES, `最多 ${PHRASES} 条。`)
        .refine((texts) => new Set(texts).size === texts.length, '有两条一样的，请去掉一条。'),
    }),
    output: z.object({ texts: z.array(z.string()) }),
  }),
  signature: get('/api/tasks/signature', {
    summary: '我的签名',
    permission,
    label,
    input: Empty,
    output: z.object({ signature: Strokes.extend({ updatedAt: Moment }).nullable() }),
  }),
  setSignature: put('/api/tasks/signature', {
    summary: '保存我的签名',
    permission,
    label,
    input: z.object({ ink: Ink }),
    output: Empty,
    ownTransactions: true,
  }),
  removeSignature: del('/api/tasks/signature', {
    summary: '删除我的签名',
    permission,
    label,
    input: Empty,
    output: Empty,
  }),
  draftOpinion: post('/api/tasks/opinions', { summary: '起草意见', permission, input: Empty, output: Id }),
  opinion: get('/api/tasks/opinions/:id', { summary: '一份意见', permission, label, input: Id, output: Opinion }),
  setOpinionInk: put('/api/tasks/opinions/:id/ink', {
    summary: '手写意见',
    permission,
    label,
    input: Id.extend({ ink: Ink.nullable() }),
    output: Empty,
    ownTransactions: true,
  }),
  opinionInk: download('/api/tasks/opinions/:id/ink', { summary: '手写意见的图片', permission, label, input: Id }),
  attachToOpinion: upload('/api/tasks/opinions/:id/files', {
    summary: '上传意见附件',
    permission,
    label,
    input: Id,
    output: File,
    maxBytes: OPINION_FILE_BYTES,
  }),
  detachFromOpinion: del('/api/tasks/opinions/:id/files/:fileId', {
    summary: '移除意见附件',
    permission,
    label,
    input: OfFile,
    output: Empty,
  }),
  opinionFile: download('/api/tasks/opinions/:id/files/:fileId', {
    summary: '下载意见附件',
    permission,
    label,
    input: OfFile,
  }),
})
