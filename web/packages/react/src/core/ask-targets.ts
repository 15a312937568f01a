import type { AskResult } from './link.js'
import { unreachable, type Answer, type StatusApi } from './status-api.js'
import { targetQuery, withQuery, type Target } from './targets.js'
import { pollConcurrency } from './timing.js'
import type { Job } from './types.js'

export interface TargetAnswers {
  onJob(target: Target, job: Job): void
  onUnchanged(target: Target): void
  onMissing(target: Target, message: string): void
}

export function jobStatusUrl(statusEndpoint: string, target: Target): string {
  return withQuery(statusEndpoint, [targetQuery(target)])
}

const noAnswer: AskResult = { kind: 'unreachable', message: unreachable }

/** Asks for each job in turn, a few at once; the first answer that concerns all of them ends the round. */
export async function askTargets(
  api: StatusApi,
  statusEndpoint: string,
  targets: Target[],
  signal: AbortSignal,
  answers: TargetAnswers,
): Promise<AskResult> {
  const queue = [...targets]
  let result: AskResult = { kind: 'ok' }

  async function work() {
    for (let target = queue.shift(); target; target = queue.shift()) {
      const answer = await api.ask(jobStatusUrl(statusEndpoint, target), signal)
      const outcome = signal.aborted ? noAnswer : takeAnswer(target, answer, answers)
      if (outcome.kind === 'ok') continue
      result = outcome
      queue.length = 0
    }
  }
  await Promise.all(Array.from({ length: Math.min(pollConcurrency, targets.length) }, work))
  return result
}

function takeAnswer(target: Target, answer: Answer, answers: TargetAnswers): AskResult {
  switch (answer.kind) {
    case 'fresh':
      answers.onJob(target, answer.body.job as Job)
      return { kind: 'ok' }
    case 'unchanged':
      answers.onUnchanged(target)
      return { kind: 'ok' }
    case 'not_found':
      answers.onMissing(target, answer.message)
      return { kind: 'ok' }
    default:
      return answer
  }
}
