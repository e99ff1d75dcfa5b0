#include "bert/data/instances.h"

#include "bert/data/packing.h"
#include "bert/io/json/document.h"
#include "core/parallel.h"
#include "core/require.h"

namespace bertlet::data {

namespace {

constexpr int64_t documents_at_once = 64, longest = 1 << 20;

// Where random numbers are used, as core/random.h wants them told apart.
enum Site : std::uint32_t { documents_site = 0xDA7A0000, packing_site, shuffle_site, masks_site };

Rng stream(std::uint64_t seed, Site site, int64_t step = 0) {
  return {.seed = seed, .step = static_cast<std::uint64_t>(step), .site = site};
}

io::Json described(const MaskOptions& mask) {
  constexpr const char* units[] = {"token", "word", "n-gram"};
  return {{"rate", mask.rate},
          {"most", mask.most},
          {"masked", mask.masked},
          {"random", mask.random},
          {"kept", mask.kept},
          {"unit", units[static_cast<int>(mask.unit)]},
          {"longest_n_gram", mask.longest_n_gram}};
}

// size, where b begins, the pair, how many are hidden; ids; position and id of each hidden token
std::vector<int64_t> to_record(const Instance& instance) {
  const int64_t pair = instance.pair == Pair::none ? 2 : static_cast<int64_t>(instance.pair);
  std::vector<int64_t> record = {instance.size(), instance.second, pair, std::ssize(instance.hidden)};
  record.insert(record.end(), instance.ids.begin(), instance.ids.end());
  for (const Hidden& hidden : instance.hidden) record.insert(record.end(), {hidden.position, hidden.id});
  return record;
}

// Writes the instances of all documents, over and over.
class InstanceWriter {
 public:
  InstanceWriter(const Corpus& corpus, const Pieces& pieces, const InstanceOptions& options, RecordWriter& file)
      : options_(options),
        file_(file),
        order_(to_size(corpus.documents())),
        packing_(corpus, order_, pieces, options_),
        finish_([&](Instance& instance, Random& random) {
          if (options_.mask) hide_tokens(instance, *options_.mask, pieces, random);
        }) {
    for (std::size_t i = 0; i < order_.size(); ++i) order_[i] = static_cast<int64_t>(i);
  }

  void run(const std::function<void(int64_t)>& progress) {
    if (options_.generator == Generator::python)
      in_one_stream(progress);
    else
      in_parallel(progress);
  }

 private:
  void in_one_stream(const std::function<void(int64_t)>& progress) {
    Random random = Random::python(options_.seed);
    random.shuffle(order_);
    for (int64_t i = 0; i < all(); ++i) {
      write(packing_.run(i % documents(), random, finish_));
      if (progress) progress(i + 1);
    }
    file_.shuffle(random);
  }

  void in_parallel(const std::function<void(int64_t)>& progress) {
    Random(stream(options_.seed, documents_site)).shuffle(order_);
    for (int64_t begin = 0; begin < all(); begin += documents_at_once) {
      std::vector<std::vector<Instance>> made(to_size(std::min(documents_at_once, all() - begin)));
      parallel_for(std::ssize(made), 1, [&](int64_t first, int64_t last) {
        for (int64_t i = first; i < last; ++i) {
          Random random(stream(options_.seed, packing_site, begin + i));
          made[to_size(i)] = packing_.run((begin + i) % documents(), random, finish_);
        }
      });
      for (const std::vector<Instance>& instances : made) write(instances);
      if (progress) progress(begin + std::ssize(made));
    }
    Random random(stream(options_.seed, shuffle_site));
    file_.shuffle(random);
  }

  void write(const std::vector<Instance>& instances) {
    for (const Instance& instance : instances) file_.add(to_record(instance));
  }

  int64_t documents() const { return std::ssize(order_); }
  int64_t all() const { return documents() * options_.dupe_factor; }

  const InstanceOptions& options_;
  RecordWriter& file_;
  std::vector<int64_t> order_;  // of the documents
  const Packing packing_;
  const Packing::Finish finish_;
};

}  // namespace

void InstanceOptions::visit(const options::Visitor& f) {
  const std::vector<std::string> tasks = {"next-sentence", "sentence-order", "none"}, whose = {"philox", "cpython"};
  f({"max-length", &max_length, "Tokens of an instance", {.least = 5, .most = longest}});
  f({"short-rate", &short_rate, "Of instances that are made shorter", {.most = 1}});
  f({"dupe-factor", &dupe_factor, "How often the text is gone through"});
  f({"task", options::word(&task, tasks), "What is asked of two segments", {.values = tasks}});
  f({"rng", options::word(&generator, whose), "Random numbers of instances; cpython: Google's", {.values = whose}});
}

std::string description(const InstanceOptions& options, const Pieces& pieces) {
  constexpr const char* tasks[] = {"next-sentence", "sentence-order", "none"};
  constexpr const char* generators[] = {"philox", "python"};
  return io::Json{{"vocab_size", pieces.size},
                  {"vocabulary", pieces.vocabulary},
                  {"max_length", options.max_length},
                  {"short_rate", options.short_rate},
                  {"task", tasks[static_cast<int>(options.task)]},
                  {"dupe_factor", options.dupe_factor},
                  {"mask", options.mask ? described(*options.mask) : io::Json()},
                  {"seed", options.seed},
                  {"generator", generators[static_cast<int>(options.generator)]}}
      .dump();
}

void write_instances(const Corpus& corpus, const Pieces& pieces, const InstanceOptions& options,
                     const std::filesystem::path& file, const std::function<void(int64_t documents)>& progress) {
  require(corpus.vocabulary() == pieces.vocabulary, "instances: got a corpus of vocabulary {}, want {}",
          corpus.vocabulary(), pieces.vocabulary);
  require(options.dupe_factor > 0, "instances: got a dupe factor of {}, want at least 1", options.dupe_factor);
  require(options.max_length <= longest, "instances: got a length of {} tokens, want at most {}", options.max_length,
          longest);
  RecordWriter writer(file, "instances", description(options, pieces));
  InstanceWriter(corpus, pieces, options, writer).run(progress);
  writer.commit();
}

Instances::Instances(const std::filesystem::path& file) : records_(file, "instances") {
  const io::JsonDocument options = io::parse_json(records_.made_by(), records_.name());
  vocab_size_ = options.root()["vocab_size"].integer();
  vocabulary_ = options.root()["vocabulary"].string();
  masked_ = options.root().has("mask");
  require(vocab_size_ > 0, "{}: got a vocabulary of {} tokens, want at least 1", records_.name(), vocab_size_);
}

int64_t Instances::length(int64_t index) const { return records_.read(index).number(longest); }

Instance Instances::read(int64_t index) const {
  Records::Reader reader = records_.read(index);
  const int64_t size = reader.number(longest), second = reader.number(size), pair = reader.number(2);
  const int64_t hidden = reader.number(size);
  Instance instance{.ids = reader.numbers(size, vocab_size_ - 1),
                    .second = second,
                    .pair = pair == 2 ? Pair::none : static_cast<Pair>(pair)};
  for (int64_t i = 0; i < hidden; ++i) {
    const int64_t position = reader.number(size - 1), id = reader.number(vocab_size_ - 1);
    instance.hidden.push_back({position, id});
  }
  if (size == 0) reader.refuse();
  return instance;
}

Instance Instances::masked(int64_t index, const MaskOptions& options, const Pieces& pieces, std::uint64_t seed,
                           int64_t epoch) const {
  require(!masked_, "{}: its instances are masked, want a file made without", records_.name());
  require(vocabulary_ == pieces.vocabulary, "{}: got vocabulary {}, want {}", records_.name(), pieces.vocabulary,
          vocabulary_);
  Instance instance = read(index);
  Random random(stream(seed, masks_site, epoch * size() + index));
  hide_tokens(instance, options, pieces, random);
  return instance;
}

}  // namespace bertlet::data
