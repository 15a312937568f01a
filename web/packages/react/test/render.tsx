import { act, StrictMode, type ReactElement } from 'react'
import { createRoot, hydrateRoot, type Root } from 'react-dom/client'
import { vi } from 'vitest'

declare global {
  var IS_REACT_ACT_ENVIRONMENT: boolean
}

export interface Rendered {
  container: HTMLElement
  show(element: ReactElement): void
  unmount(): void
}

/** Renders in StrictMode, as applications do while they are developed. */
export function render(element: ReactElement): Rendered {
  globalThis.IS_REACT_ACT_ENVIRONMENT = true
  const container = document.createElement('div')
  const root = createRoot(container)
  const show = (shown: ReactElement) => act(() => root.render(<StrictMode>{shown}</StrictMode>))
  show(element)
  return { container, show, unmount: () => act(() => root.unmount()) }
}

/** Takes up what a server has rendered. */
export function hydrate(html: string, element: ReactElement): Pick<Rendered, 'container' | 'unmount'> {
  globalThis.IS_REACT_ACT_ENVIRONMENT = true
  const container = document.createElement('div')
  container.innerHTML = html
  let root: Root | undefined
  act(() => {
    root = hydrateRoot(container, element)
  })
  return { container, unmount: () => act(() => root?.unmount()) }
}

export async function passInAct(ms: number): Promise<void> {
  await act(() => vi.advanceTimersByTimeAsync(ms))
}
