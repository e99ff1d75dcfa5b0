#pragma once
#include <filesystem>
#include <span>
#include <string>

// What bertlet reads that others may have written. A reader is given a folder in which `file` holds any bytes, and
// reads it as the program would; an Error in one line refuses them, and anything else that is thrown is a fault.
struct Reader {
  const char* name;
  const char* file;  // its ending may say which form it has
  void (*read)(const std::filesystem::path& folder, const std::filesystem::path& file);
};

std::span<const Reader> model_readers();    // vocabularies, tokenizers, configurations, tensors
std::span<const Reader> data_readers();     // tables, words, questions, corpora
std::span<const Reader> run_readers();      // what a run writes
std::span<const Reader> command_readers();  // command lines, and what `bertlet run` is given

const Reader& reader_named(const std::string& name);

// Reads the bytes; a fault is thrown.
void try_bytes(const Reader& reader, const std::filesystem::path& folder, std::span<const char> bytes);
