#include "bert/io/formats/pickle.h"

#include <bit>
#include <cstring>
#include <unordered_map>

#include "bert/text/unicode/utf8.h"
#include "core/require.h"

namespace bertlet::io {

namespace {

using Kind = PickleValue::Kind;

constexpr std::size_t most_bytes = std::size_t{16} << 20;
constexpr std::size_t most_values = std::size_t{1} << 20;

// Python's pickle machine, without the opcodes that reach outside.
class Machine {
 public:
  Machine(std::string_view bytes, const std::string& where, const std::function<bool(std::string_view)>& allowed)
      : bytes_(bytes), where_(where), allowed_(allowed) {}

  Pickle run() {
    while (step()) {
    }
    pickle_.root = pop();
    pickle_.size = at_;
    return std::move(pickle_);
  }

 private:
  template <class... Args>
  void want(bool condition, fmt::format_string<const Args&...> message, const Args&... args) const {
    if (!condition) throw Error(fmt::format("{}: byte {}: {}", where_, at_, fmt::format(message, args...)));
  }

  // --- what is read ---

  std::string_view take(std::size_t count) {
    want(count <= bytes_.size() - at_, "the pickle is cut short");
    want(at_ + count <= most_bytes, "the pickle is longer than {} bytes", most_bytes);
    const std::string_view taken = bytes_.substr(at_, count);
    at_ += count;
    return taken;
  }
  template <class T>
  T number() {
    T value;
    std::memcpy(&value, take(sizeof(T)).data(), sizeof(T));
    return value;
  }
  std::string_view line() {
    const std::size_t end = bytes_.find('\n', at_);
    want(end != std::string_view::npos, "the pickle is cut short");
    const std::string_view taken = take(end - at_);
    take(1);
    return taken;
  }
  int64_t long_integer() {  // of 0 to 8 bytes, the lowest first, in two's complement
    const std::string_view digits = take(number<std::uint8_t>());
    want(digits.size() <= 8, "got a whole number of {} bytes, want at most 8", digits.size());
    std::uint64_t value = digits.empty() || static_cast<signed char>(digits.back()) >= 0 ? 0 : ~std::uint64_t{0};
    for (std::size_t i = digits.size(); i-- > 0;) value = value << 8 | static_cast<unsigned char>(digits[i]);
    return static_cast<int64_t>(value);
  }
  double big_endian_double() {
    std::uint64_t value = 0;
    for (const char c : take(8)) value = value << 8 | static_cast<unsigned char>(c);
    return std::bit_cast<double>(value);
  }

  // --- the stack ---

  PickleValue& push(PickleValue value) {
    want(pickle_.values.size() < most_values, "the pickle has more than {} values", most_values);
    stack_.push_back(&pickle_.values.emplace_back(std::move(value)));
    return pickle_.values.back();
  }
  PickleValue* top() {
    want(stack_.size() > bottom(), "the stack is empty");
    return stack_.back();
  }
  PickleValue* pop() {
    PickleValue* value = top();
    stack_.pop_back();
    return value;
  }
  std::size_t bottom() const { return marks_.empty() ? 0 : marks_.back(); }
  std::vector<const PickleValue*> pop_to_mark() {
    want(!marks_.empty(), "there is no mark on the stack");
    const auto begin = stack_.begin() + static_cast<std::ptrdiff_t>(marks_.back());
    std::vector<const PickleValue*> items(begin, stack_.end());
    stack_.erase(begin, stack_.end());
    marks_.pop_back();
    return items;
  }
  std::vector<const PickleValue*> pop_last(std::size_t count) {
    want(stack_.size() >= bottom() + count, "the stack is empty");
    std::vector<const PickleValue*> items(stack_.end() - static_cast<std::ptrdiff_t>(count), stack_.end());
    stack_.resize(stack_.size() - count);
    return items;
  }

  // --- what opcodes do ---

  void push_text(std::string_view text) {
    want(text::valid_utf8(text) == text, "got a string that is not UTF-8");
    push({.kind = Kind::string, .text = std::string(text)});
  }
  void push_items(Kind kind, std::vector<const PickleValue*> items) { push({.kind = kind, .items = std::move(items)}); }
  void push_name(std::string_view module, std::string_view name) {
    std::string both = fmt::format("{}.{}", module, name);
    want(allowed_(both), "got the name {}, want one that tensors are made with", both);
    push({.kind = Kind::name, .text = std::move(both)});
  }
  void push_name_from_stack() {
    const PickleValue *name = pop(), *module = pop();
    want(name->is(Kind::string) && module->is(Kind::string), "got a name that is no string");
    push_name(module->text, name->text);
  }
  void call() {
    const PickleValue *arguments = pop(), *callee = pop();
    want(callee->is(Kind::name) && arguments->is(Kind::tuple), "got a call of something that is no name");
    if (callee->names("collections.OrderedDict"))
      push({.kind = Kind::dictionary});
    else
      push_items(Kind::call, {callee, arguments});
  }
  void extend(Kind kind, const std::vector<const PickleValue*>& items) {
    PickleValue* whole = top();
    want(whole->is(kind), "got items for something that has none");
    want(kind == Kind::list || items.size() % 2 == 0, "got a key without a value");
    whole->items.insert(whole->items.end(), items.begin(), items.end());
  }
  void remember(std::size_t place) { memo_[place] = top(); }
  void recall(std::size_t place) {
    const auto found = memo_.find(place);
    want(found != memo_.end(), "nothing was remembered as {}", place);
    stack_.push_back(found->second);
  }

  bool step() {  // false at the end
    const auto opcode = number<std::uint8_t>();
    switch (opcode) {
      case 0x80:
        want(number<std::uint8_t>() <= 5, "got a protocol beyond 5");
        break;  // PROTO
      case 0x95:
        take(8);
        break;  // FRAME
      case '.':
        return false;  // STOP
      case '(':
        marks_.push_back(stack_.size());
        break;  // MARK
      case '0':
        pop();
        break;  // POP
      case 'N':
        push({});
        break;  // NONE
      case 0x88:
        push({.kind = Kind::boolean, .integer = 1});
        break;  // NEWTRUE
      case 0x89:
        push({.kind = Kind::boolean});
        break;  // NEWFALSE
      case 'J':
        push({.kind = Kind::integer, .integer = number<std::int32_t>()});
        break;  // BININT
      case 'K':
        push({.kind = Kind::integer, .integer = number<std::uint8_t>()});
        break;  // BININT1
      case 'M':
        push({.kind = Kind::integer, .integer = number<std::uint16_t>()});
        break;  // BININT2
      case 0x8a:
        push({.kind = Kind::integer, .integer = long_integer()});
        break;  // LONG1
      case 'G':
        push({.kind = Kind::number, .number = big_endian_double()});
        break;  // BINFLOAT
      case 'X':
        push_text(take(number<std::uint32_t>()));
        break;  // BINUNICODE
      case 0x8c:
        push_text(take(number<std::uint8_t>()));
        break;  // SHORT_BINUNICODE
      case 'T':
        push_text(take(number<std::uint32_t>()));
        break;  // BINSTRING
      case 'U':
        push_text(take(number<std::uint8_t>()));
        break;  // SHORT_BINSTRING
      case ')':
        push({.kind = Kind::tuple});
        break;  // EMPTY_TUPLE
      case 't':
        push_items(Kind::tuple, pop_to_mark());
        break;  // TUPLE
      case 0x85:
        push_items(Kind::tuple, pop_last(1));
        break;  // TUPLE1
      case 0x86:
        push_items(Kind::tuple, pop_last(2));
        break;  // TUPLE2
      case 0x87:
        push_items(Kind::tuple, pop_last(3));
        break;  // TUPLE3
      case ']':
        push({.kind = Kind::list});
        break;  // EMPTY_LIST
      case 'a':
        extend(Kind::list, pop_last(1));
        break;  // APPEND
      case 'e':
        extend(Kind::list, pop_to_mark());
        break;  // APPENDS
      case '}':
        push({.kind = Kind::dictionary});
        break;  // EMPTY_DICT
      case 's':
        extend(Kind::dictionary, pop_last(2));
        break;  // SETITEM
      case 'u':
        extend(Kind::dictionary, pop_to_mark());
        break;  // SETITEMS
      case 'c':
        global();
        break;  // GLOBAL
      case 0x93:
        push_name_from_stack();
        break;  // STACK_GLOBAL
      case 'R':
        call();
        break;  // REDUCE
      case 'b':
        pop();
        break;  // BUILD: attributes, which nobody needs
      case 'Q':
        push_items(Kind::outside, pop_last(1));
        break;  // BINPERSID
      case 'q':
        remember(number<std::uint8_t>());
        break;  // BINPUT
      case 'r':
        remember(number<std::uint32_t>());
        break;  // LONG_BINPUT
      case 0x94:
        remember(memo_.size());
        break;  // MEMOIZE
      case 'h':
        recall(number<std::uint8_t>());
        break;  // BINGET
      case 'j':
        recall(number<std::uint32_t>());
        break;  // LONG_BINGET
      default:
        want(false, "got the opcode {:#04x}, want one that tensors are written with", opcode);
    }
    return true;
  }
  void global() {
    const std::string_view module = line();
    push_name(module, line());
  }

  const std::string_view bytes_;
  const std::string& where_;
  const std::function<bool(std::string_view)>& allowed_;
  std::size_t at_ = 0;
  Pickle pickle_;
  std::vector<PickleValue*> stack_;
  std::vector<std::size_t> marks_;  // how high the stack was
  std::unordered_map<std::size_t, PickleValue*> memo_;
};

}  // namespace

Pickle read_pickle(std::string_view bytes, const std::string& where,
                   const std::function<bool(std::string_view)>& allowed) {
  return Machine(bytes, where, allowed).run();
}

}  // namespace bertlet::io
