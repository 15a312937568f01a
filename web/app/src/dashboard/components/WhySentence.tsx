import type { ReactNode } from 'react'
import { RelativeTime } from '../../shared/RelativeTime.js'

/** A time in a sentence of the server, with the words before it and, after it, how long it is until then. */
const timePhrase = /( since| starts at| for| at) (\d{4}-\d\d-\d\dT[\d:.]+Z)(?:, in [^.;,]+)?/

const aroundTime: Record<string, [before: string, after: string]> = {
  ' since': [' (started ', ')'],
  ' starts at': [' starts ', ''],
  ' for': [' to start ', ''],
  ' at': [' ', ''],
}

/** The server's sentence with its times as people say them, the exact ones on hover. */
export function WhySentence({ sentence }: { sentence: string }): ReactNode {
  const found = timePhrase.exec(sentence)
  const [whole = '', words = '', iso = ''] = found ?? []
  const around = aroundTime[words]
  if (!found || !around) return sentence
  return (
    <>
      {sentence.slice(0, found.index)}
      {around[0]}
      <RelativeTime iso={iso} />
      {around[1]}
      <WhySentence sentence={sentence.slice(found.index + whole.length)} />
    </>
  )
}
