import type { ReactNode } from 'react'

const pages = [
  { path: '/', name: 'Files' },
  { path: '/admin/background-processing-sse', name: 'Dashboard' },
  { path: '/admin/background-process-test', name: 'Endpoint test' },
  { path: '/admin/sse-demo', name: 'Demo' },
]

interface PageHeaderProps {
  /** The page's own name, its only h1. */
  title: string
  current: string
  /** What stands at the far end: how the page is connected, for instance. */
  children?: ReactNode
}

export function PageHeader({ title, current, children }: PageHeaderProps) {
  return (
    <header className="page-head">
      <a className="brand" href="/">
        <img src="/favicon.svg" width="24" height="24" alt="" />
        <span>jobcast</span>
      </a>
      <h1 className="jobcast-unseen">{title}</h1>
      <nav className="page-nav" aria-label="Pages">
        {pages.map(({ path, name }) => (
          <a key={path} href={path} aria-current={path === current ? 'page' : undefined}>
            {name}
          </a>
        ))}
      </nav>
      <div className="page-head-end">{children}</div>
    </header>
  )
}
