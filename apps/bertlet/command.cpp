#include "apps/bertlet/command.h"

#include <CLI/CLI.hpp>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <iostream>

#include "bert/io/json/manifest.h"
#include "core/names.h"
#include "core/parallel.h"
#include "core/require.h"
#include "core/warning.h"

namespace apps {

namespace {

using options::Affects;
using options::Option;

// Wrong usage, however CLI11 came to call back.
void set_given(const Option& option, const std::vector<std::string>& texts) {
  try {
    options::set(option, texts);
  } catch (const bertlet::Error& error) {
    throw WrongUsage(error.what());
  }
}

std::string help_of(const Option& option) {
  const std::vector<std::string>& values = option.limits.values;
  return values.empty() ? option.help : fmt::format("{}: {}", option.help, bertlet::joined(values, ", "));
}

std::string type_of(const Option& option) {
  if (!option.limits.type.empty() || option.limits.by_place) return option.limits.type;
  const bool is_real =
      std::holds_alternative<double*>(option.place) || std::holds_alternative<std::optional<double>*>(option.place);
  return is_real                                                         ? "X"
         : options::is_number(option) || options::is_number_list(option) ? "N"
         : option.limits.values.empty()                                  ? "TEXT"
                                                                         : "NAME";
}

options::Limits limits_of(Range range) {
  return {.least = static_cast<double>(range.least), .most = static_cast<double>(range.most)};
}
options::Limits limits_of(RealRange range) { return {.least = range.least, .most = range.most}; }

Option by_name(const std::string& name, options::Place place, const char* what, options::Limits limits) {
  limits.by_place = !name.starts_with("--");
  return {limits.by_place ? name : name.substr(2), std::move(place), what, std::move(limits)};
}

CLI::Option* add_list(CLI::App& app, const Option& option) {
  const auto take = [option](const std::vector<std::string>& texts) { set_given(option, texts); };
  CLI::Option* to = app.add_option_function<std::vector<std::string>>(option.flag(), take, help_of(option));
  return options::is_number_list(option) ? to->delimiter(',') : to;
}

CLI::Option* add_single(CLI::App& app, const Option& option) {
  const auto take = [option](const std::string& text) { set_given(option, {text}); };
  CLI::Option* to = app.add_option_function<std::string>(option.flag(), take, help_of(option));
  return option.limits.by_place ? to : to->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
}

}  // namespace

void Command::option(const options::Option& option) {
  CLI::Option* to = nullptr;
  if (bool* const* flag = std::get_if<bool*>(&option.place)) {
    to = app_->add_flag(option.flag(), **flag, option.help);
  } else {
    to = options::is_list(option) ? add_list(*app_, option) : add_single(*app_, option);
    to->type_name(type_of(option))->required(option.limits.needed);
    if (const std::string text = text_of(option); !text.empty()) to->default_str(text);
  }
  if (!option.limits.group.empty()) to->group(option.limits.group);
}

void require_new(const std::string& file, bool force) {
  bertlet::require(force || !std::filesystem::is_regular_file(file), "{}: is there already, want --force to replace it",
                   file);
}

Command Command::add(const char* name, const char* what, const char* about) const {
  CLI::App* subcommand = app_->add_subcommand(name, what);
  subcommand->footer(about);
  return {*subcommand, *chosen_};
}

Command Command::add_family(const char* name, const char* what, const char* about) const {
  const Command family = add(name, what, about);
  family.app_->require_subcommand(1);
  return family;
}

void Command::flag(const char* name, bool& value, const char* what) { option(by_name(name, &value, what, {})); }

void Command::text(const char* name, const char* type, std::string& value, const char* what, Needed needed) {
  option(by_name(name, &value, what, {.type = type, .needed = needed == Needed::yes}));
}

void Command::texts(const char* name, const char* type, std::vector<std::string>& values, const char* what,
                    Needed needed) {
  option(by_name(name, &values, what, {.type = type, .needed = needed == Needed::yes}));
}

void Command::one_of(const char* name, const char* type, std::string& value, const std::vector<std::string>& values,
                     const char* what, Needed needed) {
  option(by_name(name, &value, what, {.values = values, .type = type, .needed = needed == Needed::yes}));
}

void Command::number(const char* name, int& value, const char* what, Range range) {
  option(by_name(name, &value, what, limits_of(range)));
}

void Command::number(const char* name, int64_t& value, const char* what, Range range) {
  option(by_name(name, &value, what, limits_of(range)));
}

void Command::number(const char* name, std::optional<int64_t>& value, const char* what, Range range) {
  option(by_name(name, &value, what, limits_of(range)));
}

void Command::number(const char* name, double& value, const char* what, RealRange range) {
  option(by_name(name, &value, what, limits_of(range)));
}

void Command::number(const char* name, std::optional<double>& value, const char* what, RealRange range) {
  option(by_name(name, &value, what, limits_of(range)));
}

void Command::numbers(const char* name, std::vector<int64_t>& values, const char* what, Range range) {
  option(by_name(name, &values, what, limits_of(range)));
}

void CommonOptions::visit(const options::Visitor& f) {
  f({"threads",
     &threads,
     "How many threads compute; 0: one per core",
     {.least = 0, .most = 1024, .affects = Affects::nothing}});
  f({"seed", &seed, "Of all random numbers", {.least = 0, .most = 0x1p63}});
  f({"json", &json, "The result as one JSON object", {.affects = Affects::nothing}});
  f({"quiet", &quiet, "Less text", {.affects = Affects::nothing}});
  f({"no-verify",
     &no_verify,
     "Believe a model's files, as huge ones, without a look at their checksums",
     {.affects = Affects::nothing}});
}

void CommonOptions::apply() const {
  bertlet::set_threads(threads);
  bertlet::io::set_verifying(!no_verify);
}

void Command::runs(Action action) {
  app_->callback([chosen = chosen_, action = std::move(action)] { *chosen = action; });
}

namespace {

const CLI::App& called(const CLI::App& app) {
  const auto chosen = app.get_subcommands();
  return chosen.empty() ? app : called(*chosen.front());
}

std::string unknown_option(const CLI::App& app, const std::string& given) {
  std::vector<std::string> names;
  for (const CLI::Option* option : app.get_options())
    for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
  const std::string name = given.substr(0, given.find('='));
  return fmt::format("unknown option {}{}", name, bertlet::did_you_mean(name, names));
}

std::string unknown_argument(const CLI::App& app, const std::string& given) {
  std::vector<std::string> names;
  for (const CLI::App* subcommand : app.get_subcommands({})) names.push_back(subcommand->get_name());
  if (names.empty()) return fmt::format("unexpected argument '{}'", given);
  return fmt::format("unknown subcommand {}{}", given, bertlet::did_you_mean(given, names));
}

// What was given and nobody asked for comes first: it is often why something else is missing.
std::string reason(const CLI::App& app, const std::string& error) {
  const std::vector<std::string> unknown = app.remaining(true);
  if (unknown.empty()) return error;
  const std::string& first = unknown.front();
  return first.starts_with("-") && first != "-" ? unknown_option(called(app), first)
                                                : unknown_argument(called(app), first);
}

std::string full_name(const CLI::App& app) {
  const auto chosen = app.get_subcommands();
  return chosen.empty() ? app.get_name() : app.get_name() + " " + full_name(*chosen.front());
}

// Wrong usage in one line.
int explain(const CLI::App& app, const std::string& error) {
  const std::string name = full_name(app);
  bertlet::say(fmt::format("{}: {} (see {} --help)", name, reason(app, error), name));
  return 2;
}

}  // namespace

namespace {

int run_unflushed(const Program& program, int argc, char** argv) {
  CLI::App app(program.about, program.name);
  app.set_version_flag("--version", program.version);
  app.require_subcommand(0, 1);
  app.footer(program.footer);
  Action chosen;
  program.declare({app, chosen});
  try {
    app.parse(argc, argv);
    if (!chosen) throw CLI::RequiredError::Subcommand(1);
    return chosen();
  } catch (const WrongUsage& error) {
    return explain(app, error.what());
  } catch (const CLI::ParseError& error) {
    const bool asked = error.get_exit_code() == 0;  // for help or the version
    return asked ? app.exit(error) : explain(app, error.what());
  }
}

}  // namespace

int run(const Program& program, int argc, char** argv) {
  const int code = run_unflushed(program, argc, argv);
  const bool written = std::cout.flush().good() && std::fflush(stdout) == 0 && std::ferror(stdout) == 0;
  bertlet::require(written, "stdout: {}", std::strerror(errno));
  return code;
}

}  // namespace apps
