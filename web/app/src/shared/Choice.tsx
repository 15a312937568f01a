interface ChoiceProps<T extends string | number> {
  /** Of the radio buttons: the same for no other choice of the page. */
  name: string
  legend: string
  /** Said, but not shown. */
  quietLegend?: boolean
  value: T
  options: readonly { value: T; label: string }[]
  onChange: (value: T) => void
  className?: string
}

/** A few choices in a row, of which one is taken. */
export function Choice<T extends string | number>(props: ChoiceProps<T>) {
  const { name, legend, quietLegend = false, value, options, onChange, className = '' } = props
  return (
    <fieldset className={`choice ${className}`}>
      <legend className={quietLegend ? 'jobcast-unseen' : undefined}>{legend}</legend>
      <div className="choice-row">
        {options.map((option) => (
          <label key={option.value}>
            <input
              type="radio"
              name={name}
              checked={option.value === value}
              onChange={() => onChange(option.value)}
            />
            <span>{option.label}</span>
          </label>
        ))}
      </div>
    </fieldset>
  )
}
