/** Stands where only the author knows what belongs there: what cannot be repaired safely is written with it. */
export const placeholder: string = 'TODO'

/** The reason of a finding that was silenced at a stroke. */
export const placeholderReason: string = `${placeholder}: say why`
