import { useEffect, useId, useRef } from 'react'

export interface Question {
  title: string
  text: string
  confirm: string
  dangerous: boolean
  onConfirm: () => void
}

interface ConfirmDialogProps {
  question: Question | null
  onClose: () => void
}

/** Asks before something is done that can't be undone. */
export function ConfirmDialog({ question, onClose }: ConfirmDialogProps) {
  const dialog = useRef<HTMLDialogElement>(null)
  const titleId = useId()
  const textId = useId()
  useEffect(() => {
    if (question && !dialog.current?.open) dialog.current?.showModal()
  }, [question])
  if (!question) return null
  return (
    <dialog
      ref={dialog}
      className="confirm"
      aria-labelledby={titleId}
      aria-describedby={textId}
      onClose={onClose}
    >
      <h2 id={titleId}>{question.title}</h2>
      <p id={textId}>{question.text}</p>
      <div className="confirm-actions">
        <button type="button" className="button" onClick={() => dialog.current?.close()}>
          Keep as it is
        </button>
        <button
          type="button"
          className="button button-strong"
          data-dangerous={question.dangerous}
          onClick={() => {
            dialog.current?.close()
            question.onConfirm()
          }}
        >
          {question.confirm}
        </button>
      </div>
    </dialog>
  )
}
