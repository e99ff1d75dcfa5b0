#include <array>

#include "apps/bertlet/command.h"
#include "apps/bertlet/model/run_input.h"
#include "bert/io/files/file.h"
#include "bert/io/files/lines.h"
#include "tests/fuzz/inputs/reader.h"

namespace {

namespace fs = std::filesystem;

void declare(const apps::Command& program) {
  for (const auto add :
       {apps::add_attention,  apps::add_bench,   apps::add_convert,     apps::add_data,     apps::add_encode,
        apps::add_evaluate,   apps::add_explain, apps::add_fill_mask,   apps::add_finetune, apps::add_generate,
        apps::add_gradcheck,  apps::add_heads,   apps::add_info,        apps::add_lens,     apps::add_map,
        apps::add_neighbours, apps::add_predict, apps::add_pretrain,    apps::add_probe,    apps::add_report,
        apps::add_romeo,      apps::add_run,     apps::add_sample_data, apps::add_senses,   apps::add_surprise,
        apps::add_tokenize,   apps::add_trace,   apps::add_vocab})
    add(program);
}

// Arguments, a line each. Options are read and help is asked for at the end, twice since an option may take one for its
// value: so nothing is done. What ends options, or comes from a file, would let it be.
void read_arguments(const fs::path&, const fs::path& file) {
  const std::string bytes = bertlet::io::read_file(file);
  std::vector<std::string> arguments{"bertlet"};
  for (const std::string_view line : bertlet::io::split_lines(bytes))
    arguments.emplace_back(line.substr(0, line.find('\0')));
  std::erase_if(arguments, [](const std::string& argument) { return argument == "--" || argument == "++"; });
  arguments.insert(arguments.end(), 2, "--help");
  std::vector<char*> pointers;
  for (std::string& argument : arguments) pointers.push_back(argument.data());
  apps::run({.name = "bertlet", .declare = declare}, static_cast<int>(pointers.size()), pointers.data());
}

void read_input(const fs::path&, const fs::path& file) { static_cast<void>(apps::read_run_input(file)); }

constexpr std::array readers = {
    Reader{"arguments", "arguments", read_arguments},
    Reader{"run-input", "input.json", read_input},
};

}  // namespace

std::span<const Reader> command_readers() { return readers; }
