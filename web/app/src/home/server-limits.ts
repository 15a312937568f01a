import { requestJson } from '../shared/api.js'
import { Signal } from '../shared/signal.js'

interface VersionAnswer {
  limits?: { max_upload_bytes?: number }
}

/** The largest file that the server takes, in bytes; null until it has told. */
export const maxUploadBytes = new Signal<number | null>(null)

export async function readServerLimits(): Promise<void> {
  try {
    const { limits } = await requestJson<VersionAnswer>('/api/version')
    maxUploadBytes.set(limits?.max_upload_bytes ?? null)
  } catch {
    // The server refuses what is too large by itself; to tell it before is a courtesy.
  }
}
