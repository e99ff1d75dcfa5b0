#include "apps/bertlet/gradcheck/gradcheck.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "apps/bertlet/command.h"
#include "bert/io/json/document.h"
#include "core/names.h"

namespace apps {

namespace {

struct GradcheckOptions {
  CommonOptions common;
  std::string operation;

  void visit(const options::Visitor& f) {
    f({"op", &operation, "Only this operation", {.type = "NAME"}});
    common.visit(f);
  }
};

constexpr const char* about_gradcheck =
    R"(What backward computes is compared with central differences, in double, for every subset of the inputs. A relative
error over 1e-6 is wrong, and the exit code is 1. "Also held" is what else was tested:
  sums    a second backward adds to the gradients of the first
  memory  nothing is left once the graph is dropped, and a second step allocates nothing
  alias   one tensor as every input gets the sum of their gradients
  twin    value and gradients equal the same thing spelled out in other operations
"Of which kind" tells cases on the same shapes apart. With --quiet the table has only what is wrong.

Example: bertlet gradcheck --op softmax)";

// Columns as wide as the cases to be shown; notes have one where there are any.
class Table {
 public:
  explicit Table(const std::vector<GradcheckCase>& cases) {
    for (const GradcheckCase& c : cases) {
      operation_ = std::max(operation_, c.operation.size());
      inputs_ = std::max(inputs_, c.inputs.size());
      if (!c.note.empty()) note_ = std::max(note_, c.note.size() + 1);
    }
  }

  void print_head() const {
    print({"operation", "inputs", "of which kind"}, "derivatives", "worst relative error", "also held", "verdict");
  }

  void print_row(const GradcheckRow& row) const {
    print(row.of, fmt::to_string(row.derivatives), fmt::format("{:.1e}", row.worst),
          bertlet::joined(row.also_held, " "), row.wrong.empty() ? "right" : "WRONG");
    for (const std::string& wrong : row.wrong) fmt::print("    {}\n", wrong);
  }

 private:
  void print(const GradcheckCase& c, const std::string& derivatives, const std::string& worst, const std::string& held,
             const char* verdict) const {
    fmt::print("{:<{}} {:<{}} {:<{}}{:>11} {:>21}  {:<23}{}\n", c.operation, operation_, c.inputs, inputs_,
               note_ > 0 ? c.note : "", note_, derivatives, worst, held, verdict);
  }

  std::size_t operation_ = 12, inputs_ = 22, note_ = 0;
};

void print_summary(const std::vector<GradcheckRow>& rows, std::ptrdiff_t wrong) {
  std::set<std::string> operations;
  for (const GradcheckRow& row : rows) operations.insert(row.of.operation);
  fmt::print("{} cases, {} operation{}: {}\n", rows.size(), operations.size(), operations.size() == 1 ? "" : "s",
             wrong == 0 ? "all right" : fmt::format("{} WRONG", wrong));
}

void print_json(const std::vector<GradcheckRow>& rows, std::ptrdiff_t wrong) {
  bertlet::io::Json cases = bertlet::io::Json::array();
  for (const GradcheckRow& row : rows)
    cases.push_back({{"operation", row.of.operation},
                     {"inputs", row.of.inputs},
                     {"note", row.of.note},
                     {"derivatives", row.derivatives},
                     {"worst", row.worst},
                     {"also_held", row.also_held},
                     {"wrong", row.wrong}});
  fmt::print("{}\n", bertlet::io::Json{{"cases", cases}, {"wrong_cases", wrong}}.dump());
}

bool is_right(const GradcheckRow& row) { return row.wrong.empty(); }

void check_known(const std::string& operation) {
  std::set<std::string> known;
  for (const GradcheckCase& c : gradcheck_cases()) known.insert(c.operation);
  if (!operation.empty() && !known.contains(operation))
    throw WrongUsage(fmt::format("--op: got '{}', want one of: {}", operation, bertlet::joined(known, " ")));
}

int run_gradcheck(const GradcheckOptions& options) {
  check_known(options.operation);
  const bool shown = !options.common.json;
  const Table table(gradcheck_cases(options.operation));
  std::vector<GradcheckRow> rows;
  if (shown && !options.common.quiet) table.print_head();
  gradcheck({options.operation, options.common.seed, options.common.threads}, [&](const GradcheckRow& row) {
    rows.push_back(row);
    if (shown && !(options.common.quiet && is_right(row))) table.print_row(row);
  });
  const std::ptrdiff_t wrong = std::ssize(rows) - std::ranges::count_if(rows, is_right);
  if (shown)
    print_summary(rows, wrong);
  else
    print_json(rows, wrong);
  return wrong == 0 ? 0 : 1;
}

}  // namespace

void add_gradcheck(const Command& program) {
  const auto options = std::make_shared<GradcheckOptions>();
  Command command = program.add("gradcheck", "Prove the gradient of every operation, as a table", about_gradcheck);
  command.options(*options);
  command.runs([options] { return run_gradcheck(*options); });
}

}  // namespace apps
