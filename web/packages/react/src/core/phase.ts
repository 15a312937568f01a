import type { ConnectionStatus, ConnectionView, Phase } from './types.js'

const labelOf: Record<Phase, string> = {
  idle: 'Not connected',
  connecting: 'Connecting',
  live: 'Connected',
  reconnecting: 'Reconnecting',
  polling: 'Polling',
  closed: 'Closed',
  denied: 'Refused',
}

export function connectionView(phase: Phase): ConnectionView {
  return {
    phase,
    connectionStatus: statusOf(phase),
    transport: phase === 'live' ? 'sse' : phase === 'polling' ? phase : 'none',
  }
}

export function connectionLabel(phase: Phase): string {
  return labelOf[phase]
}

function statusOf(phase: Phase): ConnectionStatus {
  if (phase === 'live' || phase === 'polling') return 'connected'
  if (phase === 'idle' || phase === 'closed') return 'disconnected'
  return phase === 'connecting' ? phase : 'error'
}
