//! Which policy Sequoia follows: its standard one, or that of a file which was named.
//!
//! No other file is read, and no variable: not those in which a machine keeps its policy.

use std::ffi::OsString;
use std::fs;
use std::time::{Duration, SystemTime};

use sequoia_openpgp::policy::StandardPolicy;
use sequoia_openpgp::types::HashAlgorithm;
use sequoia_policy_config::ConfiguredStandardPolicy;

pub struct Rules {
    file: Option<File>,
}

struct File {
    path: String,
    content: Vec<u8>,
    digest: String,
}

impl Rules {
    /// Read what the program's arguments name: `--policy FILE`, or nothing.
    pub fn of(arguments: &[OsString]) -> Result<Self, String> {
        match arguments {
            [] => Ok(Rules { file: None }),
            [option, path] if option == "--policy" => {
                let name = path.to_string_lossy().into_owned();
                let read = fs::read(path).map_err(|error| format!("{name}: {error}"))?;
                let file = File::of(name, read)?;
                Ok(Rules { file: Some(file) })
            }
            _ => Err("its only option is --policy FILE".into()),
        }
    }

    /// The policy, with the dates in it compared to a time.
    pub fn at(&self, time: SystemTime) -> StandardPolicy<'static> {
        match &self.file {
            None => StandardPolicy::at(time),
            Some(file) => file.at(time).expect("it was read before"),
        }
    }

    /// In a few words that are the same for the same rules.
    pub fn name(&self) -> String {
        match &self.file {
            None => "standard".into(),
            Some(file) => format!("file {}", file.digest),
        }
    }

    /// The file's path, and the SHA-256 digest of what is in it.
    pub fn source(&self) -> Option<(&str, &str)> {
        self.file
            .as_ref()
            .map(|file| (file.path.as_str(), file.digest.as_str()))
    }
}

impl File {
    fn of(path: String, content: Vec<u8>) -> Result<Self, String> {
        let mut digest = [0; 32];
        HashAlgorithm::SHA256
            .context()
            .and_then(|context| {
                let mut context = context.for_digest();
                context.update(&content);
                context.digest(&mut digest)
            })
            .map_err(|error| error.to_string())?;
        let file = File {
            digest: digest.iter().map(|octet| format!("{octet:02x}")).collect(),
            path,
            content,
        };
        file.at(SystemTime::UNIX_EPOCH + Duration::from_secs(1))
            .map_err(|error| format!("{} is no policy: {error:#}", file.path))?;
        Ok(file)
    }

    fn at(&self, time: SystemTime) -> sequoia_openpgp::Result<StandardPolicy<'static>> {
        let mut configured = ConfiguredStandardPolicy::at(time);
        configured.parse_bytes(&self.content)?;
        Ok(configured.build())
    }
}
