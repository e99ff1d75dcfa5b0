#pragma once
#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "bert/options/option.h"
#include "core/product/kernels.h"

namespace CLI {
class App;
}  // namespace CLI

// How the program's subcommands are declared. CLI11 is seen by command.cpp alone, so that the others compile quickly.
namespace apps {

namespace options = bertlet::options;
using bertlet::to_size;

// What a subcommand does once its options are read; returns the exit code.
using Action = std::function<int()>;

// For what only the action can find wrong in its options.
struct WrongUsage : std::runtime_error {
  using std::runtime_error::runtime_error;
};

struct CommonOptions {
  int threads = 0;
  std::uint64_t seed = 1;
  bool json = false, quiet = false, no_verify = false;

  void visit(const options::Visitor& f);
  void apply() const;  // how many threads, and whether files are believed
};

// --precision: how a model for inference keeps its weights.

struct Range {
  int64_t least = 1, most = int64_t{1} << 31;
};

struct RealRange {
  double least = 0, most = std::numeric_limits<double>::infinity();
};

enum class Needed { no, yes };

// Options are kept in variables that live until the action runs; what stands in them is the default. A record that
// describes itself is added as a whole; a single option by what it is. A name without dashes is an argument by its
// place. An option that is given twice has the last value.
//
//   void add_greet(const Command& program) {
//     const auto options = std::make_shared<Options>();
//     Command command = program.add("greet", "Says hello", "Example: bertlet greet --name Juliet");
//     command.options(*options);
//     command.runs([options] { return run(*options); });
//   }
class Command {
 public:
  Command(CLI::App& app, Action& chosen) : app_(&app), chosen_(&chosen) {}

  Command add(const char* name, const char* what, const char* about) const;
  Command add_family(const char* name, const char* what, const char* about) const;  // of subcommands

  void option(const options::Option& option);
  template <class Record>
  void options(Record& record) {
    record.visit([this](const options::Option& each) { option(each); });
  }

  void flag(const char* name, bool& value, const char* what);
  void text(const char* name, const char* type, std::string& value, const char* what, Needed needed = Needed::no);
  void texts(const char* name, const char* type, std::vector<std::string>& values, const char* what,
             Needed needed = Needed::no);
  void one_of(const char* name, const char* type, std::string& value, const std::vector<std::string>& values,
              const char* what, Needed needed = Needed::no);
  void number(const char* name, int& value, const char* what, Range range = {});
  void number(const char* name, int64_t& value, const char* what, Range range = {});
  void number(const char* name, std::optional<int64_t>& value, const char* what, Range range = {});
  void number(const char* name, double& value, const char* what, RealRange range = {});
  void number(const char* name, std::optional<double>& value, const char* what, RealRange range = {});
  void numbers(const char* name, std::vector<int64_t>& values, const char* what, Range range = {});
  void common(CommonOptions& common) { options(common); }

  void runs(Action action);

 private:
  CLI::App* app_;
  Action* chosen_;
};

// An error where a file that is to be written is there, and nobody said that it may be replaced.
void require_new(const std::string& file, bool force);

// A program as a whole.
struct Program {
  std::string name, about = {}, footer = {}, version = {};
  void (*declare)(const Command& program) = nullptr;
};

// Does what the command line asks for and returns the exit code; wrong usage is one line and 2.
int run(const Program& program, int argc, char** argv);

// One function per subcommand.
void add_attention(const Command& program);
void add_bench(const Command& program);
void add_convert(const Command& program);
void add_data(const Command& program);
void add_encode(const Command& program);
void add_evaluate(const Command& program);
void add_explain(const Command& program);
void add_fill_mask(const Command& program);
void add_finetune(const Command& program);
void add_generate(const Command& program);
void add_gradcheck(const Command& program);
void add_heads(const Command& program);
void add_info(const Command& program);
void add_lens(const Command& program);
void add_map(const Command& program);
void add_neighbours(const Command& program);
void add_predict(const Command& program);
void add_pretrain(const Command& program);
void add_probe(const Command& program);
void add_report(const Command& program);
void add_romeo(const Command& program);
void add_run(const Command& program);
void add_sample_data(const Command& program);
void add_senses(const Command& program);
void add_surprise(const Command& program);
void add_tokenize(const Command& program);
void add_trace(const Command& program);
void add_vocab(const Command& program);

}  // namespace apps
