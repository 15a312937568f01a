export { createJobHub, jobHub, type JobHub } from './job-hub.js'
export { createJobList, jobList, type JobList } from './job-list.js'
export { createPolledJob, type PolledJob, type PolledJobOptions } from './polled-job.js'
export { connectionLabel } from './phase.js'
export { jobStreamEndpoints, statusEndpoints, toTarget, type Endpoints, type Target } from './targets.js'
export { isFinal } from './types.js'
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
