export { createFeed, type Feed, type FeedOptions } from './feed.js'
export { createJobHub, jobHub, type JobHub, type WatchOptions } from './job-hub.js'
export type { InitialData, StreamEvent } from './job-state.js'
export { connectionLabel, connectionView } from './phase.js'
export { targetKey, type ServerOptions, type Source, type Target } from './targets.js'
export { failureOf, isFinal } from './types.js'
export type {
  ConnectionStatus,
  ConnectionView,
  Job,
  JobListView,
  JobStatusName,
  JobSummary,
  JobView,
  Phase,
  Transport,
} from './types.js'
