-- A number. `value:NAME` has its 8 bytes as `value`, and with what it was made: `type`, `initial`. A bigint is an integer of 64 bits there, any other
-- number a double.
local value = kind('value')

local BITS = { i8 = 8, u8 = 8, i16 = 16, u16 = 16, i32 = 32, u32 = 32 }

function value.ensure(name, type, initial)
  return ensure(value.key(name), name, { 'type', type, 'initial', initial }, { 'value', initial })
end

function value.isBig(type)
  return type == 'i64' or type == 'u64'
end

-- NaN equals itself, and 0 equals -0.
function value.isSame(type, one, other)
  if one == other then
    return true
  end
  if value.isBig(type) then
    return false
  end
  local a, b = struct.unpack('<d', one), struct.unpack('<d', other)
  return a == b or (a ~= a and b ~= b)
end

-- The sum as the type holds it: integers wrap around, a float of 32 bits is rounded.
function value.sum(type, one, other)
  if value.isBig(type) then
    local low, high = struct.unpack('<I4I4', one)
    local lowMore, highMore = struct.unpack('<I4I4', other)
    low = low + lowMore
    high = high + highMore + math.floor(low / 4294967296)
    return struct.pack('<I4I4', low % 4294967296, high % 4294967296)
  end
  local made = struct.unpack('<d', one) + struct.unpack('<d', other)
  local bits = BITS[type]
  if bits then
    made = made % 2 ^ bits
    if string.sub(type, 1, 1) == 'i' and made >= 2 ^ (bits - 1) then
      made = made - 2 ^ bits
    end
  elseif type == 'f32' then
    made = struct.unpack('<f', struct.pack('<f', made))
  end
  return struct.pack('<d', made)
end

-- It holds nothing of a session.
function value.died() end
