/** What the extension and the page of the plan view say to each other. */
export type ToPage =
  | {
      readonly kind: 'show'
      /** Absent: what is shown stays. */
      readonly html?: string
      /** Above the plan; empty: none. */
      readonly note: string
      readonly tone: 'plain' | 'stale'
    }
  /** Path of the step in which the cursor stands. */
  | { readonly kind: 'here'; readonly place: string }

export type FromPage =
  | { readonly kind: 'ready' }
  | { readonly kind: 'reveal'; readonly place: string }
  /** One of the commands of the extension, without arguments. */
  | { readonly kind: 'command'; readonly command: string }
