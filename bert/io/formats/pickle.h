#pragma once
#include <cstdint>
#include <deque>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace bertlet::io {

// What a Python pickle says, as a tree of plain values. Nothing is called or imported: a name stays a name, a call
// stays a callee with its arguments.
struct PickleValue {
  enum class Kind { none, boolean, integer, number, string, tuple, list, dictionary, name, call, outside };

  Kind kind = Kind::none;
  int64_t integer = 0;  // of a boolean too
  double number = 0;
  std::string text = {};                       // of a string; "torch.FloatStorage" of a name
  std::vector<const PickleValue*> items = {};  // of a dictionary: key, value, key, value, …; of a call: callee,
                                               // arguments; of what is kept outside the pickle: its key

  bool is(Kind k) const { return kind == k; }
  bool names(std::string_view module_and_name) const { return is(Kind::name) && text == module_and_name; }
};

// Owns its values.
struct Pickle {
  std::deque<PickleValue> values;
  const PickleValue* root = nullptr;
  std::size_t size = 0;  // bytes up to its end
};

// The pickle at the beginning of `bytes`. A name that is not `allowed` is an error, which begins with `where`, as is
// every opcode that tensors are not written with.
Pickle read_pickle(std::string_view bytes, const std::string& where,
                   const std::function<bool(std::string_view name)>& allowed);

}  // namespace bertlet::io
