export { JobStatus, default } from './JobStatus.js'
export type { JobStatusProps } from './JobStatus.js'
export { JobPanel, type JobPanelProps } from './JobPanel.js'
export { StatusBadge, StatusIcon, type ShownStatus } from './StatusBadge.js'
export { formatBytes, formatCount } from './format.js'
export { ConnectionState } from './ConnectionState.js'
export { useBackgroundProcessSSE } from './use-background-process-sse.js'
export type { BackgroundProcess, BackgroundProcessSSEOptions } from './use-background-process-sse.js'
export { useJobPolling, type JobPollingOptions } from './use-job-polling.js'
export { useJobSSE, type JobSSEOptions } from './use-job-sse.js'
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
} from './core/types.js'
