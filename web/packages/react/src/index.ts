'use client'

export { JobStatus, default } from './JobStatus.js'
export type { JobStatusProps } from './JobStatus.js'
export { JobPanel, type JobPanelProps, type JobSlot, type JobSlots, type ShownJob } from './JobPanel.js'
export { StatusBadge, StatusIcon, type ShownStatus } from './StatusBadge.js'
export { formatBytes, formatCount, formatWait, visibleName } from './format.js'
export { ConnectionState } from './ConnectionState.js'
export { failureOf } from './core/types.js'
export { useBackgroundProcessSSE, useJobPolling, useJobSSE } from './hooks.js'
export type {
  BackgroundProcess,
  BackgroundProcessSSEOptions,
  JobPollingOptions,
  JobSSEOptions,
  WatchedJob,
} from './hooks.js'
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
