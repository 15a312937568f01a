import type { Row } from '../data/job-table.js'

/** Chosen jobs: certain ones, or whatever the filter finds. */
export type Selection = { kind: 'some'; ids: ReadonlySet<string> } | { kind: 'all' }

export const nothingSelected: Selection = { kind: 'some', ids: new Set() }

export function isSelected(selection: Selection, id: string): boolean {
  return selection.kind === 'all' || selection.ids.has(id)
}

export function isEmpty(selection: Selection): boolean {
  return selection.kind === 'some' && selection.ids.size === 0
}

/** One job more or less. Out of all, those that are known and shown remain. */
export function withToggled(selection: Selection, id: string, rows: readonly Row[]): Selection {
  const ids = new Set(selection.kind === 'all' ? rows.map(({ job }) => job.id) : selection.ids)
  if (!ids.delete(id)) ids.add(id)
  return { kind: 'some', ids }
}

/** All rows from one index to another, both included, besides what is selected already. */
export function withRange(selection: Selection, rows: readonly Row[], from: number, to: number): Selection {
  if (selection.kind === 'all') return selection
  const range = rows.slice(Math.min(from, to), Math.max(from, to) + 1)
  return { kind: 'some', ids: new Set([...selection.ids, ...range.map(({ job }) => job.id)]) }
}
