import { anyType, type ExpressionType, type ObjectField, type ObjectType, textType } from './types.ts'

const field = (type: ExpressionType, description: string): ObjectField => ({ type, description })

/** What expressions read of a target. Text that the inventory does not give is empty. */
export const targetType: ObjectType = {
  kind: 'object',
  name: 'target',
  fields: {
    name: field(textType, 'Name in the inventory.'),
    kind: field(textType, 'Kind of target, for example "node" or "socket".'),
    address: field(textType, 'Host name or address; empty when not given.'),
    roles: field({ kind: 'list', of: textType }, 'Roles; the groups of an Ansible inventory.'),
    version: field(textType, 'Version that the inventory tells; empty when not given.'),
    site: field(textType, 'Site; empty when not given.'),
    time_zone: field(textType, 'IANA time zone; empty when not given.'),
    unit: field(textType, 'Unit whose members must not be away together; empty when not given.'),
    member: field(textType, 'Part that the target plays in its unit, for example "primary"; empty when not given.'),
    system: field(textType, 'System through which the target is reached; empty when not given.'),
    attributes: field({ kind: 'map', of: anyType }, 'Free attributes of the inventory.'),
  },
}
