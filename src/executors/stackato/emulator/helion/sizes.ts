/** Gigabytes of one file in the cache, and what a node has grown by after the clean-up (the vendor's figure). */
export const sizes = { fileGb: 0.2, nodeGrowthGb: 1.3 } as const

/** Free disk space that the vendor asks for, gigabytes, and free memory, megabytes. */
export const floors = { nodeGb: 7, cacheGb: 10, nodeMb: 512, coreMb: 1024 } as const
