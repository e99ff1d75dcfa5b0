#pragma once
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "bert/io/json/document.h"
#include "core/real.h"

// A record of options describes itself once: its visit() names each member, with the range it allows, its help, and
// whether the result depends on it. From that one list come the command line and its help, task.json and run.json, the
// check on resume, and the names that --grid knows.
//
//   struct Options {
//     double lr = 1e-4;
//     int64_t batch = 32;
//     void visit(const options::Visitor& f) {
//       f({"lr", &lr, "Peak learning rate"});
//       f({"batch", &batch, "Examples per batch", {.least = 1}});
//     }
//   };
//   io::Json json = options::json_of(options::list_of(record));    // {"lr": 0.0001, "batch": 32}
namespace bertlet::options {

// A value with a name, such as one of an enum.
struct Word {
  std::function<std::string()> get;
  std::function<void(const std::string& name)> set;
};

using Place = std::variant<bool*, int*, int64_t*, std::uint64_t*, double*, std::string*, std::optional<int64_t>*,
                           std::optional<double>*, std::vector<int64_t>*, std::vector<std::string>*, Word>;

// What a change of the option means for a run that is resumed.
enum class Affects {
  result,   // another value is refused
  content,  // a file or a directory: another name is fine, other bytes are refused
  length,   // how long the run is: a finished run may be extended
  nothing,  // paths of outputs, logging, threads
};

struct Limits {
  std::optional<double> least = {}, most = {};  // by default whole numbers are 1 … 2^31, reals 0 … 10⁹
  std::vector<std::string> values = {};         // of a name: these alone
  std::string type = {};                        // in --help behind the name: DIR, F, COLUMN, …
  bool needed = false;
  Affects affects = Affects::result;
  std::string empty = {};  // the word for an optional that has no value: "auto"
  std::string group = {};  // in --help: the heading it stands under
  bool by_place = false;   // on the command line an argument, without a name
};

struct Option {
  std::string name;  // layer-decay: on the command line --layer-decay, in JSON layer_decay
  Place place;
  std::string help = {};
  Limits limits = {};

  std::string key() const;   // layer_decay
  std::string flag() const;  // --layer-decay, or the plain name of an argument
};

using Visitor = std::function<void(const Option& option)>;

// The same visitor for options that stand under a heading of --help.
Visitor in_group(const std::string& group, const Visitor& f);

// A member of an enum whose values are 0, 1, … as `names` has them.
template <class Enum>
Place word(Enum* member, const std::vector<std::string>& names) {
  return Word{[=] { return names[to_size(*member)]; },
              [=](const std::string& name) {
                for (std::size_t i = 0; i < names.size(); ++i)
                  if (names[i] == name) *member = static_cast<Enum>(i);
              }};
}

template <class Record>
std::vector<Option> list_of(Record& record) {
  std::vector<Option> list;
  record.visit([&](const Option& option) { list.push_back(option); });
  return list;
}

const Option& named(const std::vector<Option>& list, std::string_view name);  // an error that names the nearest

io::Json value_of(const Option& option);    // an empty optional is null
std::string text_of(const Option& option);  // as on the command line; "" for what has no value
bool is_list(const Option& option);
bool is_number_list(const Option& option);
bool is_number(const Option& option);

// Each of these refuses what the option does not allow, in one line that says what it does.
void set(const Option& option, const io::JsonPlace& value);
void set(const Option& option, const std::string& text);  // as on the command line; a list's parts are between commas
void set(const Option& option, const std::vector<std::string>& texts);  // a list; of anything else the last one counts
void check(const Option& option);                                       // the value that it has

io::Json json_of(const std::vector<Option>& list);
void read(const std::vector<Option>& list, const io::JsonPlace& object);  // keys that are missing keep their values

}  // namespace bertlet::options
