/** A workbench shows things when it is ready: what is asserted is looked at again until it holds or the time is up. */
export async function eventually<Value>(look: () => Promise<Value>, withinMs = 20_000): Promise<Value> {
  const end = Date.now() + withinMs
  for (;;) {
    try {
      return await look()
    } catch (error) {
      if (Date.now() >= end) throw error
    }
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}
