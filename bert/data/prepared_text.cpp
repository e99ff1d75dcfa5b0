#include "bert/data/prepared_text.h"

#include <fmt/format.h>

#include "bert/data/pieces.h"
#include "bert/io/files/checksum.h"
#include "core/require.h"
#include "core/warning.h"

namespace bertlet::data {

namespace {

namespace fs = std::filesystem;
using Files = std::vector<std::string>;

constexpr const char *description_name = "text.json", *corpus_name = "train.corpus",
                     *instances_name = "train.instances", *held_out_name = "held-out.instances";

// Standard input and pipes are gone once they are read.
io::Json checksums(const Files& files, io::ChecksumKind kind) {
  io::Json all = io::Json::array();
  for (const std::string& file : files)
    all.push_back(fs::is_regular_file(file) ? io::file_checksum(file, kind) : "unknown");
  return all;
}

int64_t bytes_in(const Files& files) {
  int64_t bytes = 0;
  for (const std::string& file : files)
    if (fs::is_regular_file(file)) bytes += static_cast<int64_t>(fs::file_size(file));
  return bytes;
}

// How the text was made; "unknown" sources are taken for the same, as nobody can look at them again.
io::Json description_of(const TextOptions& options, const text::Tokenizer& tokenizer, io::ChecksumKind kind) {
  return {
      {"sources", {{"train", checksums(options.files, kind)}, {"held_out", checksums(options.held_out_files, kind)}}},
      {"prose", options.form == CorpusForm::prose},
      {"held_out", options.held_out_files.empty() ? io::Json(options.held_out) : io::Json()},
      {"instances", io::parse_json(description(options.instances, Pieces(tokenizer)), "instances").root().value()}};
}

void read_text(const Files& files, const TextOptions& options, const text::Tokenizer& tokenizer, const fs::path& corpus,
               const PreparedText::Progress& progress) {
  const int64_t bytes = bytes_in(files);
  write_corpus(files, tokenizer, options.form, corpus, [&](int64_t done) {
    if (progress) progress("reading text", done, bytes);
  });
}

void pack(const Corpus& corpus, const InstanceOptions& options, const text::Tokenizer& tokenizer, const fs::path& file,
          const PreparedText::Progress& progress) {
  write_instances(corpus, Pieces(tokenizer), options, file, [&](int64_t done) {
    if (progress) progress("packing instances", done, corpus.documents() * options.dupe_factor);
  });
}

}  // namespace

PreparedText::PreparedText(const TextOptions& options, const text::Tokenizer& tokenizer, fs::path folder,
                           const Progress& progress)
    : folder_(std::move(folder)) {
  const io::Json description = description_of(options, tokenizer, io::ChecksumKind::xxh3);
  if (!is_made_as(description) && !is_made_as(description_of(options, tokenizer, io::ChecksumKind::first))) {
    fs::create_directories(folder_);
    fs::remove(file(description_name));
    prepare(options, tokenizer, progress);
    io::write_file(file(description_name), description.dump(1));
  }
  corpus_.emplace(file(corpus_name));
  instances_.emplace(file(instances_name));
  if (fs::exists(file(held_out_name))) held_out_.emplace(file(held_out_name));
}

bool PreparedText::is_made_as(const io::Json& description) const {
  return fs::exists(file(description_name)) && io::read_json(file(description_name)).root().value() == description;
}

void PreparedText::prepare(const TextOptions& options, const text::Tokenizer& tokenizer,
                           const Progress& progress) const {
  fs::remove(file(held_out_name));
  read_text(options.files, options, tokenizer, file(corpus_name), progress);
  hold_out(options, tokenizer, progress);
  pack(Corpus(file(corpus_name)), options.instances, tokenizer, file(instances_name), progress);
}

// One round of the held-out text is enough: it is only measured on.
void PreparedText::hold_out(const TextOptions& options, const text::Tokenizer& tokenizer,
                            const Progress& progress) const {
  const fs::path corpus = file("held-out.corpus");
  if (!options.held_out_files.empty()) {
    read_text(options.held_out_files, options, tokenizer, corpus, progress);
  } else {
    if (options.held_out == 0) return;
    if (Corpus(file(corpus_name)).documents() < 2) {
      warn("the text is one document: nothing of it is held out to try the model on");
      return;
    }
    split_corpus(Corpus(file(corpus_name)), options.held_out, options.instances.seed, file(corpus_name), corpus);
  }
  InstanceOptions once = options.instances;
  once.dupe_factor = 1;
  pack(Corpus(corpus), once, tokenizer, file(held_out_name), progress);
}

double follows_rate(const Instances& instances) {
  int64_t follow = 0, pairs = 0;
  for (int64_t i = 0; i < instances.size(); i += instances.size() / 10000 + 1) {
    const Pair pair = instances.read(i).pair;
    follow += pair == Pair::follows;
    pairs += pair != Pair::none;
  }
  return pairs == 0 ? 0 : static_cast<double>(follow) / static_cast<double>(pairs);
}

}  // namespace bertlet::data
