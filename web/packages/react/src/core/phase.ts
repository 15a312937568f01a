import type { ConnectionStatus, ConnectionView, Phase, Transport } from './types.js'

const statusOf: Record<Phase, ConnectionStatus> = {
  idle: 'disconnected',
  connecting: 'connecting',
  live: 'connected',
  reconnecting: 'connecting',
  polling: 'connected',
  closed: 'disconnected',
  denied: 'error',
}

const labelOf: Record<Phase, string> = {
  idle: 'Not connected',
  connecting: 'Connecting',
  live: 'Connected',
  reconnecting: 'Reconnecting',
  polling: 'Polling',
  closed: 'Closed',
  denied: 'Refused',
}

export function connectionView(phase: Phase, failing: boolean): ConnectionView {
  const connectionStatus = phase === 'reconnecting' && failing ? 'error' : statusOf[phase]
  return { phase, connectionStatus, transport: transportOf(phase) }
}

export function connectionLabel(phase: Phase): string {
  return labelOf[phase]
}

function transportOf(phase: Phase): Transport {
  if (phase === 'live') return 'sse'
  return phase === 'polling' ? 'polling' : 'none'
}
