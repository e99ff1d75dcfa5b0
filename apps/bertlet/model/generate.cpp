#include "bert/generation/generate.h"

#include <fmt/format.h>

#include <algorithm>

#include "apps/bertlet/model/model_files.h"
#include "bert/generation/word_stream.h"
#include "bert/io/json/document.h"
#include "bert/options/precision.h"
#include "core/require.h"

namespace apps {

namespace {

namespace bert = bertlet::bert;
namespace text = bertlet::text;

struct GenerateOptions {
  CommonOptions common;
  std::string directory, prompt;
  bert::GenerationOptions generation;
  std::vector<std::string> stop{"[SEP]"}, bad_words;
  std::string early_stopping = "no";
  std::optional<double> temperature, top_p;
  std::optional<int64_t> top_k;
  std::optional<bertlet::Precision> precision = {};
  bool sample = false, no_cache = false, as_decoder = false;

  void visit(const options::Visitor& f);

 private:
  void visit_words(const options::Visitor& f);
  void visit_choice(const options::Visitor& f);
};

void GenerateOptions::visit_words(const options::Visitor& f) {
  bert::GenerationOptions& to = generation;
  f({"max-new-tokens", &to.max_new_tokens, "At most so many", {.least = 0}});
  f({"min-new-tokens", &to.min_new_tokens, "No stop before there are so many", {.least = 0}});
  f({"stop", &stop, "Tokens that end a text", {.type = "TOKEN"}});
  f({"repetition-penalty", &to.repetition_penalty, "Above 1: what is there gets less likely"});
  f({"no-repeat-ngram-size", &to.no_repeat_ngram_size, "So many tokens in a row occur once only", {.least = 0}});
  f({"bad-words", &bad_words, "Words that never occur"});
}

void GenerateOptions::visit_choice(const options::Visitor& f) {
  bert::GenerationOptions& to = generation;
  f({"sample", &sample, "Draw words by chance"});
  f({"temperature", &temperature, "Below 1 the likely gets likelier, above 1 less so"});
  f({"top-k", &top_k, "Draw from the N likeliest words"});
  f({"top-p", &top_p, "Draw from the likeliest words that together have this probability", {.most = 1}});
  f({"beams", &to.beams, "Follow so many texts at once and return the likeliest", {.most = 1000}});
  f({"length-penalty", &to.length_penalty, "Of beams: above 0 favours long texts", {.least = -1e6, .most = 1e6}});
  f({"early-stopping",
     &early_stopping,
     "Of beams: stop as soon as enough texts have ended",
     {.values = {"no", "yes", "never"}, .type = "WHEN"}});
  f({"num-return", &to.num_return, "Texts to show: the best beams, or as many draws", {.most = 1000}});
}

void GenerateOptions::visit(const options::Visitor& f) {
  f({"DIR", &directory, "A model directory or a run", {.needed = true, .by_place = true}});
  f({"PROMPT", &prompt, "The beginning of the text", {.needed = true, .by_place = true}});
  visit_words(f);
  visit_choice(f);
  f({"no-cache", &no_cache, "Compute all rows again at each step; the result is the same"});
  f(options::inference_precision(&precision));
  f({"as-decoder", &as_decoder, "Run a model that is no decoder as if it were one"});
  common.visit(f);
}

constexpr const char* about_generate =
    R"(The words that follow the prompt, which stands behind a [CLS]: always the likeliest, or, with any of --sample,
--temperature, --top-k and --top-p, words drawn by chance; or the likeliest text of those that --beams follow. A text
ends with [SEP] or another --stop. One text is shown as it comes, several below each other.

The model must be a decoder, one whose words look back only. --as-decoder runs another BERT as if it were one; it was
not trained for that, and what it says shows it.

Example: bertlet generate bert-base-uncased 'paris is the capital' --as-decoder --beams 4 --max-new-tokens 5)";

bert::Config config_of(const GenerateOptions& options) {
  bert::Config config = read_model_config(options.directory);
  if (options.as_decoder) config.is_decoder = true;
  bertlet::require(
      config.is_decoder,
      "{}/config.json: got an encoder, whose words look at what follows them, want is_decoder for a model that "
      "continues texts; --as-decoder runs this one so, as transformers do with is_decoder=True",
      options.directory);
  return config;
}

bert::EarlyStopping early_stopping(const std::string& name) {
  if (name == "no") return bert::EarlyStopping::no;
  return name == "yes" ? bert::EarlyStopping::yes : bert::EarlyStopping::never;
}

bert::GenerationOptions generation_of(const GenerateOptions& options, const text::Tokenizer& tokenizer) {
  bert::GenerationOptions to = options.generation;
  if (options.sample || options.temperature || options.top_k || options.top_p) to.choice = bert::Choice::drawn;
  to.temperature = options.temperature.value_or(to.temperature);
  to.top_k = options.top_k.value_or(to.top_k);
  to.top_p = options.top_p.value_or(to.top_p);
  to.early_stopping = early_stopping(options.early_stopping);
  to.seed = options.common.seed;
  to.cache = !options.no_cache;
  for (const std::string& token : options.stop) to.stop.push_back(tokenizer.vocabulary().id(token));
  for (const std::string& words : options.bad_words)
    to.bad_words.push_back(tokenizer.encode(words, {.special = false}).ids);
  return to;
}

bert::Text ids_of(const std::string& prompt, const text::Tokenizer& tokenizer) {
  bert::Text ids = tokenizer.encode(prompt, {.special = false}).ids;
  ids.insert(ids.begin(), tokenizer.vocabulary().id(tokenizer.options().special.cls));
  return ids;
}

std::string shown(const bert::Text& ids, const text::Tokenizer& tokenizer) {
  return tokenizer.decode(ids, {.special = false});
}

std::string json_of(const bert::Text& prompt, const std::vector<bert::Generated>& texts,
                    const text::Tokenizer& tokenizer) {
  bertlet::io::Json list = bertlet::io::Json::array();
  for (const bert::Generated& each : texts) {
    bertlet::io::Json one{{"text", shown(each.text, tokenizer)}, {"ids", each.text}};
    if (each.score) one["score"] = *each.score;
    list.push_back(std::move(one));
  }
  return bertlet::io::Json{{"prompt_ids", prompt}, {"texts", std::move(list)}}.dump();
}

// One text on the terminal as it comes.
void stream(const bert::CausalLM& model, const bert::Text& prompt, const bert::GenerationOptions& options,
            const text::Tokenizer& tokenizer) {
  bert::WordStream words(tokenizer);
  const auto show = [&](int64_t id) {
    fmt::print("{}", words.next(id));
    std::fflush(stdout);
  };
  for (const int64_t id : prompt) show(id);
  bert::generate(model, {prompt}, options, {.on_word = [&](int64_t, int64_t id) { show(id); }});
  fmt::print("{}\n", words.rest());
}

int run_generate(const GenerateOptions& options) {
  options.common.apply();
  const text::Tokenizer tokenizer = read_model_tokenizer(options.directory, options.common);
  const bert::GenerationOptions generation = generation_of(options, tokenizer);
  const auto model =
      load_model<bert::CausalLM>(config_of(options), options.directory, options.common, options.precision);
  const bert::Text prompt = ids_of(options.prompt, tokenizer);
  if (!options.common.json && generation.beams == 1 && generation.num_return == 1) {
    stream(model, prompt, generation, tokenizer);
    return 0;
  }
  const std::vector<bert::Generated> texts = bert::generate(model, {prompt}, generation)[0];
  if (options.common.json) fmt::print("{}\n", json_of(prompt, texts, tokenizer));
  for (const bert::Generated& each : texts)
    if (!options.common.json) fmt::print("{}\n", shown(each.text, tokenizer));
  return 0;
}

}  // namespace

void add_generate(const Command& program) {
  const auto options = std::make_shared<GenerateOptions>();
  Command command = program.add("generate", "Continues a text", about_generate);
  command.options(*options);
  command.runs([options] { return run_generate(*options); });
}

}  // namespace apps
